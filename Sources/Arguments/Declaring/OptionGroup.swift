/// Options that several commands share: `@OptionGroup(title: "Kafka") var kafka: KafkaOptions`.
@propertyWrapper
public struct OptionGroup<Value: ParsableArguments>: Sendable {
    public var wrappedValue: Value
    /// The heading of these options in help; none: among the others.
    let title: String?

    public init(title: String? = nil) {
        wrappedValue = Value()
        self.title = title
    }
}

/// A property that holds further fields.
protocol ArgumentGroup {
    var title: String? { get }
    var arguments: any ParsableArguments { get }
}

extension OptionGroup: ArgumentGroup {
    var arguments: any ParsableArguments { wrappedValue }
}
