/// A named value: `@Option(name: .shortAndLong, help: "…") var seed: String`.
///
/// Without a default value it must be given; an optional is nil and an array empty unless given.
/// An option that holds one value and is given several times takes the last one.
@propertyWrapper
public struct Option<Value: Sendable>: Sendable, ArgumentField {
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
extension Option {
    /// One value with a default.
    public init(
        wrappedValue: Value, name names: NameSpecification = .long, help: ArgumentHelp,
        environment: String? = nil, completion: CompletionKind? = nil, as type: ArgumentType<Value>
    ) {
        let declaration = declared(
            type, names, help, environment, completion, default: type.spell(wrappedValue))
        parameter = Parameter(wrappedValue, declaration, read: lastOf(type))
    }

    public init(
        wrappedValue: Value, name names: NameSpecification = .long, help: ArgumentHelp,
        environment: String? = nil, completion: CompletionKind? = nil
    ) where Value: ExpressibleByArgument {
        self.init(
            wrappedValue: wrappedValue, name: names, help: help, environment: environment,
            completion: completion, as: Value.argumentType)
    }

    /// One value that must be given.
    public init(
        name names: NameSpecification = .long, help: ArgumentHelp, environment: String? = nil,
        completion: CompletionKind? = nil, as type: ArgumentType<Value>
    ) {
        let declaration = declared(type, names, help, environment, completion)
        parameter = Parameter(nil, declaration, read: lastOf(type))
    }

    public init(
        name names: NameSpecification = .long, help: ArgumentHelp, environment: String? = nil,
        completion: CompletionKind? = nil
    ) where Value: ExpressibleByArgument {
        self.init(
            name: names, help: help, environment: environment, completion: completion,
            as: Value.argumentType)
    }

    /// A value that may be absent.
    public init<Wrapped: Sendable>(
        name names: NameSpecification = .long, help: ArgumentHelp, environment: String? = nil,
        completion: CompletionKind? = nil, as type: ArgumentType<Wrapped>
    ) where Value == Wrapped? {
        let declaration = declared(type, names, help, environment, completion)
        parameter = Parameter(.some(nil), declaration) { lastOf(type)($0).map(Optional.some) }
    }

    public init<Wrapped: ExpressibleByArgument>(
        name names: NameSpecification = .long, help: ArgumentHelp, environment: String? = nil,
        completion: CompletionKind? = nil
    ) where Value == Wrapped? {
        self.init(
            name: names, help: help, environment: environment, completion: completion,
            as: Wrapped.argumentType)
    }

    /// Any number of values.
    public init<Element: Sendable>(
        wrappedValue: [Element], name names: NameSpecification = .long, help: ArgumentHelp,
        environment: String? = nil, completion: CompletionKind? = nil,
        as type: ArgumentType<Element>
    ) where Value == [Element] {
        var declaration = declared(type, names, help, environment, completion)
        declaration.isRepeating = true
        if !wrappedValue.isEmpty {
            declaration.defaultText = wrappedValue.map(type.spell).joined(separator: ", ")
        }
        parameter = Parameter(wrappedValue, declaration, read: type.all)
    }

    public init<Element: ExpressibleByArgument>(
        wrappedValue: [Element], name names: NameSpecification = .long, help: ArgumentHelp,
        environment: String? = nil, completion: CompletionKind? = nil
    ) where Value == [Element] {
        self.init(
            wrappedValue: wrappedValue, name: names, help: help, environment: environment,
            completion: completion, as: Element.argumentType)
    }

    /// One value or more.
    public init<Element: Sendable>(
        name names: NameSpecification = .long, help: ArgumentHelp, environment: String? = nil,
        completion: CompletionKind? = nil, as type: ArgumentType<Element>
    ) where Value == [Element] {
        var declaration = declared(type, names, help, environment, completion)
        declaration.isRepeating = true
        parameter = Parameter(nil, declaration, read: type.all)
    }

    public init<Element: ExpressibleByArgument>(
        name names: NameSpecification = .long, help: ArgumentHelp, environment: String? = nil,
        completion: CompletionKind? = nil
    ) where Value == [Element] {
        self.init(
            name: names, help: help, environment: environment, completion: completion,
            as: Element.argumentType)
    }
}

private func declared<Value>(
    _ type: ArgumentType<Value>, _ names: NameSpecification, _ help: ArgumentHelp,
    _ environment: String?, _ completion: CompletionKind?, default: String? = nil
) -> ParameterDeclaration {
    ParameterDeclaration(
        kind: .option, names: names, help: help,
        valueName: help.valueName ?? completion?.valueName ?? type.valueName,
        defaultText: `default`, environment: environment, completion: completion ?? type.completion)
}
