"""A balance that is kept a batch at a time. The bug: the position of the whole batch is committed before its first
record is worked on; killed between, what is left of the batch is lost."""

import time

from harness import Message, System, main


class Fixed(System):
    def handle(self, message):
        if message.value is None:
            return
        time.sleep(0.005)
        with self.transaction():
            if self.is_new(message.value["id"]):
                self.put(message.key, self.get(message.key, 0) + message.value["amount"])

    def batch(self, consumer, messages):
        for message in messages:
            self.handle(message)
        consumer.commit(asynchronous=False)

    def idle(self, consumer):
        messages = [Message(raw) for raw in consumer.consume(10, 0.1) if not raw.error()]
        if messages:
            self.batch(consumer, messages)

    def poll(self, consumer):
        return None


class Buggy(Fixed):
    def batch(self, consumer, messages):
        consumer.commit(asynchronous=False)
        for message in messages:
            self.handle(message)


main(Buggy, Fixed)
