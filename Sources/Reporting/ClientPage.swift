import Metrics
import Proxy

/// One of the library's clients, or several that do one job.
private struct Client {
    let name: String
    let cluster: String
    let statistics: ClientStatistics
}

extension Exposition {
    /// What the client library tells of its connections and queues. `cluster` says which one a client
    /// talks to: that of `-b`, or that of the output, which may be the same.
    mutating func append(clients: [String: ClientStatistics]) {
        let clients = clients.sorted { $0.key < $1.key }.map {
            Client(
                name: $0.key, cluster: $0.key == "consumer" ? "input" : "output",
                statistics: $0.value)
        }
        if clients.isEmpty { return }
        func family(
            _ name: String, _ kind: Kind, _ help: String, _ value: (ClientStatistics) -> Int64
        ) {
            begin("kerfuffle_client_\(name)", kind, help)
            for client in clients {
                sample(
                    value(client.statistics),
                    .init(["client": client.name, "cluster": client.cluster]))
            }
        }
        family("received_bytes_total", .counter, "Received from brokers.") { $0.receivedBytes }
        family("sent_bytes_total", .counter, "Sent to brokers.") { $0.sentBytes }
        family("queued_events", .gauge, "Events that wait for a poll.") { $0.eventsQueued }
        family("queued_messages", .gauge, "Messages to be sent or on their way.") {
            $0.messagesQueued
        }
        family("queued_message_bytes", .gauge, "Their size.") { $0.messageBytesQueued }
        family("fetched_messages", .gauge, "Messages fetched ahead.") { $0.messagesFetched }
        family("fetched_message_bytes", .gauge, "Their size.") { $0.messageBytesFetched }
        begin("kerfuffle_client_transaction_state", .gauge, "How many producers are in that state.")
        for client in clients {
            let states = client.statistics.transactionStates.sorted { $0.key < $1.key }
            for (state, count) in states {
                sample(
                    count,
                    .init(["client": client.name, "cluster": client.cluster, "state": state]))
            }
        }
        append(brokers: clients)
    }

    private mutating func append(brokers clients: [Client]) {
        let all = clients.flatMap { client in
            client.statistics.brokers.filter { !$0.isBootstrap || $0.isUp }.map { broker in
                let labels = Labels([
                    "client": client.name, "cluster": client.cluster, "broker": broker.name,
                ])
                return (labels: labels, broker: broker)
            }
        }
        func counts(_ name: String, _ help: String, _ value: (ClientStatistics.Broker) -> Int64) {
            begin("kerfuffle_client_broker_\(name)_total", .counter, help)
            for (labels, broker) in all { sample(value(broker), labels) }
        }
        func gauge(_ name: String, _ help: String, _ value: (ClientStatistics.Broker) -> Double?) {
            begin("kerfuffle_client_broker_\(name)", .gauge, help)
            for (labels, broker) in all where !broker.isPast {
                if let value = value(broker) { sample(value, labels) }
            }
        }
        gauge("up", "Whether the connection stands.") { $0.isUp ? 1 : 0 }
        gauge("silence_seconds", "Time since anything was received.") { $0.silenceSeconds }
        gauge("rtt_seconds", "Round trip, mean of the last interval.") { $0.roundTripMean }
        gauge("rtt_p99_seconds", "Round trip, 99th percentile of the last interval.") {
            $0.roundTrip99
        }
        gauge("throttle_seconds", "Throttling by the broker, mean of the last interval.") {
            $0.throttleMean
        }
        gauge("requests_queued", "Requests that wait to be sent.") { Double($0.requestsQueued) }
        gauge("requests_waiting", "Requests that wait for an answer.") {
            Double($0.requestsWaiting)
        }
        counts("connects", "Connections made or tried.") { $0.connects }
        counts("disconnects", "Connections that ended.") { $0.disconnects }
        counts("request_errors", "Requests that could not be sent.") { $0.requestErrors }
        counts("response_errors", "Answers that could not be read.") { $0.responseErrors }
        counts("retries", "Requests sent again.") { $0.retries }
        counts("timeouts", "Requests that nobody answered in time.") { $0.timeouts }
    }
}
