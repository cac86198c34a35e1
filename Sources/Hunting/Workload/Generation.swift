import Configuration
import Perturbation

/// Keyed sequences of operations, drawn from a seed.
public struct Generation: Hashable, Sendable {
    /// One kind of operation: how often, on which topic, and what its record looks like.
    public struct Operation: Hashable, Sendable {
        public var name: String
        public var weight: Int
        /// An input topic.
        public var topic: String
        /// nil is a tombstone.
        public var value: Template?
        public var headers: [(name: String, value: Template)]

        public static func == (left: Operation, right: Operation) -> Bool {
            left.name == right.name && left.weight == right.weight && left.topic == right.topic
                && left.value == right.value
                && left.headers.map(\.name) == right.headers.map(\.name)
                && left.headers.map(\.value) == right.headers.map(\.value)
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(name)
            hasher.combine(value)
        }
    }

    public var seed: String
    public var records: Int
    /// What records are keyed by.
    public var keys: [String]
    public var operations: [Operation]
    /// How often a drawn value is one at an edge of its kind.
    public var edges: Ratio
    /// Each trial has a workload of its own; else all have the same.
    public var perTrial: Bool
    /// A record's timestamp is the epoch plus its place times this, in milliseconds.
    public var spacingMs: Int64
}
