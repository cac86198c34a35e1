/// A switch: `@Flag(help: "…") var fsync = false`, or a count of repeats: `var verbose = 0`.
@propertyWrapper
public struct Flag<Value: Sendable>: Sendable, ArgumentField {
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

extension Flag where Value == Bool {
    /// - Parameter negation: `--no-fsync` is known too; the last one given counts.
    public init(
        wrappedValue: Bool, name names: NameSpecification = .long, negation: Bool = false,
        help: ArgumentHelp, environment: String? = nil
    ) {
        let declaration = ParameterDeclaration(
            kind: .flag, names: names, negation: negation, help: help, valueName: "",
            defaultText: wrappedValue ? "on" : nil, environment: environment, completion: .none)
        parameter = Parameter(wrappedValue, declaration, read: lastOf(truthValue))
    }
}

extension Flag where Value == Int {
    /// How many times it is given: `-vv` is 2.
    public init(
        wrappedValue: Int, name names: NameSpecification = .long, help: ArgumentHelp,
        environment: String? = nil
    ) {
        let declaration = ParameterDeclaration(
            kind: .flag, names: names, help: help, valueName: "", isRepeating: true,
            environment: environment, completion: .none)
        parameter = Parameter(wrappedValue, declaration) { texts in
            truthValue.all(texts).map { wrappedValue + $0.count { $0 } }
        }
    }
}

/// What the parser notes for a flag, and what an environment variable may say.
private let truthValue = ArgumentType<Bool>(valueName: "") { text in
    switch text {
    case "1", "true", "yes", "on": .success(true)
    case "0", "false", "no", "off": .success(false)
    default: .failure(InvalidArgument("\(quoted(text)) is neither true nor false"))
    }
}
