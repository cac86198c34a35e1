/// A value by its position: `@Argument(help: "…") var input: String`.
///
/// Without a default value it must be given; an optional is nil unless given; an array takes all
/// that no other argument needs.
@propertyWrapper
public struct Argument<Value: Sendable>: Sendable, ArgumentField {
    private var parameter: Parameter<Value>

    public var wrappedValue: Value {
        get { parameter.value }
        set { parameter.value = newValue }
    }

    func accept(_ texts: [String]) -> [InvalidArgument] { parameter.accept(texts) }
    func description(label: String) -> ParameterDescription {
        parameter.description(label: label)
    }
}

// A type of its own (`as:`), or that of an `ExpressibleByArgument`.
extension Argument {
    /// One value with a default.
    public init(
        wrappedValue: Value, help: ArgumentHelp, environment: String? = nil,
        completion: CompletionKind? = nil, as type: ArgumentType<Value>
    ) {
        let declaration = declared(
            type, help, environment, completion, default: type.spell(wrappedValue))
        parameter = Parameter(wrappedValue, declaration, read: lastOf(type))
    }

    public init(
        wrappedValue: Value, help: ArgumentHelp, environment: String? = nil,
        completion: CompletionKind? = nil
    ) where Value: ExpressibleByArgument {
        self.init(
            wrappedValue: wrappedValue, help: help, environment: environment,
            completion: completion, as: Value.argumentType)
    }

    /// One value that must be given.
    public init(
        help: ArgumentHelp, environment: String? = nil, completion: CompletionKind? = nil,
        as type: ArgumentType<Value>
    ) {
        let declaration = declared(type, help, environment, completion)
        parameter = Parameter(nil, declaration, read: lastOf(type))
    }

    public init(help: ArgumentHelp, environment: String? = nil, completion: CompletionKind? = nil)
    where Value: ExpressibleByArgument {
        self.init(
            help: help, environment: environment, completion: completion,
            as: Value.argumentType)
    }

    /// A value that may be absent.
    public init<Wrapped: Sendable>(
        help: ArgumentHelp, environment: String? = nil, completion: CompletionKind? = nil,
        as type: ArgumentType<Wrapped>
    ) where Value == Wrapped? {
        let declaration = declared(type, help, environment, completion)
        parameter = Parameter(.some(nil), declaration) { lastOf(type)($0).map(Optional.some) }
    }

    public init<Wrapped: ExpressibleByArgument>(
        help: ArgumentHelp, environment: String? = nil, completion: CompletionKind? = nil
    ) where Value == Wrapped? {
        self.init(
            help: help, environment: environment, completion: completion,
            as: Wrapped.argumentType)
    }

    /// Any number of values.
    public init<Element: Sendable>(
        wrappedValue: [Element], help: ArgumentHelp, environment: String? = nil,
        completion: CompletionKind? = nil, as type: ArgumentType<Element>
    ) where Value == [Element] {
        var declaration = declared(type, help, environment, completion)
        declaration.isRepeating = true
        if !wrappedValue.isEmpty {
            declaration.defaultText = wrappedValue.map(type.spell).joined(separator: ", ")
        }
        parameter = Parameter(wrappedValue, declaration, read: type.all)
    }

    public init<Element: ExpressibleByArgument>(
        wrappedValue: [Element], help: ArgumentHelp, environment: String? = nil,
        completion: CompletionKind? = nil
    ) where Value == [Element] {
        self.init(
            wrappedValue: wrappedValue, help: help, environment: environment,
            completion: completion, as: Element.argumentType)
    }

    /// One value or more.
    public init<Element: Sendable>(
        help: ArgumentHelp, environment: String? = nil, completion: CompletionKind? = nil,
        as type: ArgumentType<Element>
    ) where Value == [Element] {
        var declaration = declared(type, help, environment, completion)
        declaration.isRepeating = true
        parameter = Parameter(nil, declaration, read: type.all)
    }

    public init<Element: ExpressibleByArgument>(
        help: ArgumentHelp, environment: String? = nil, completion: CompletionKind? = nil
    ) where Value == [Element] {
        self.init(
            help: help, environment: environment, completion: completion,
            as: Element.argumentType)
    }
}

private func declared<Value>(
    _ type: ArgumentType<Value>, _ help: ArgumentHelp, _ environment: String?,
    _ completion: CompletionKind?, default: String? = nil
) -> ParameterDeclaration {
    ParameterDeclaration(
        kind: .argument, names: .long, help: help, valueName: help.valueName ?? type.valueName,
        defaultText: `default`, environment: environment, completion: completion ?? type.completion)
}
