/// A hunt file to start from, with comments that say what may be written.
public struct HuntTemplate {
    private let command: String
    private let inputs: [(name: String, partitions: Int)]
    private let outputs: [(name: String, partitions: Int)]
    private let calls: [String]
    private let state: String?
    private let recording: String?

    /// - Parameter calls: names for HTTP services that the system calls; the hunt stands in for them.
    public init(
        command: String, inputs: [(name: String, partitions: Int)],
        outputs: [(name: String, partitions: Int)], calls: [String] = [], state: String?,
        recording: String?
    ) {
        self.command = command
        self.inputs = inputs
        self.outputs = outputs
        self.calls = calls
        self.state = state
        self.recording = recording
    }

    public var text: String {
        """
        # A hunt: `kerfuffle hunt THIS --dry-run` tries it, `kerfuffle hunt THIS` hunts. docs/hunting.md

        \(workload)
        input:
          topics: {\(inputs.map { "\(Self.quoted($0.name)): \($0.partitions)" }.joined(separator: ", "))}
          # ready: fed once the system is ready; before: all of it is there when the system starts.
          when: ready

        # What the system shows: topics, Debezium's changes, a command that prints JSON lines, a file, an HTTP sink.
        observe:
        \(observed)
        system:
          # Finds KAFKA_BOOTSTRAP_SERVERS, KAFKA_GROUP_ID, KERFUFFLE_STATE (a folder of its own) and others in its
          # environment; ${bootstrap}, ${group}, ${topic.NAME} stand for them in commands.
          command: \(Self.quoted(command))
          # joined: its group is settled. Or {output: "regular expression"}, {file: PATH}, {after: 2s}.
          ready: joined

        # embedded needs no Kafka; {real: localhost:9092} has transactions.
        broker: embedded

        # What strikes the system: kill, term, pause, loseState, join, leave, with the share of trials; at any moment, or
        # with delay: 0..50ms or once: committed (shown, committing) at that.
        faults:
          - {kill: 50%}

        # What the system must cope with. order: perPartition, perKey or none.
        contract: {delivery: atLeastOnce, order: perKey}

        # What must hold; docs/invariants.md lists what there is.
        invariants:
        \(invariants)
        budget: {trials: 50}

        """
    }

    private var workload: String {
        if let recording { return "workload: {recording: \(Self.quoted(recording))}\n" }
        return """
            workload:
              generate:
                records: 30
                keys: 4
                # ${key}, ${id}, ${sequence} (of the key), ${int:1..100}, ${text:12}, ${choice:a|b}, ${bool}, ${time}
                operations:
                  - value: {id: "${id}", account: "${key}", amount: "${int:1..100}"}

            """
    }

    private var observed: String {
        var lines = outputs.map {
            "  - {topic: \(Self.quoted($0.name)), partitions: \($0.partitions)}"
        }
        lines += calls.map { name in
            """
              # The system finds its address in \(Hunt.variable(of: "http.\(name)")); of so many deliveries the next request is refused, or its
              # answer lost.
              - {http: {fail: 5%, lose: 2%}, name: \(Self.quoted(name))}
            """
        }
        if let state { lines.append("  - {command: \(Self.quoted(state)), name: state}") }
        return lines.joined(separator: "\n") + "\n"
    }

    private var invariants: String {
        var lines = outputs.map { output in
            """
              # One effect for each input: `key` finds the input's identity in the output, `input` in the input.
              - exactlyOnceEffect: {stream: \(Self.quoted(output.name)), key: .id, input: .id}
            """
        }
        lines += calls.map { name in
            """
              # Each input is called for; exactlyOnceEffect: and not twice. A call that was refused is none.
              - noLoss: {stream: \(Self.quoted(name)), key: .body.id, input: .id}
            """
        }
        if state != nil {
            lines.append(
                """
                  # Entities end as without perturbation; `key` names the entity.
                  - convergence: {stream: state, key: .key}
                """)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Always in quotes: a name may look like anything.
    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "''") + "'"
    }
}
