import Synchronization

/// Where a wrapper keeps its value: the parser fills it through a copy of the wrapper.
final class Cell<Value: Sendable>: Sendable {
    private let content: Mutex<Value?>

    init(_ value: Value?) { content = Mutex(value) }

    var value: Value? {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }
}

/// What `@Option`, `@Flag` and `@Argument` share: a value and how texts become one.
struct Parameter<Value: Sendable>: Sendable {
    private var cell: Cell<Value>
    let isRequired: Bool
    private let declaration: ParameterDeclaration
    /// All texts given, in their order, to one value or to what is wrong with them.
    private let read: @Sendable ([String]) -> Result<Value, InvalidArguments>

    init(
        _ value: Value?, _ declaration: ParameterDeclaration,
        read: @escaping @Sendable ([String]) -> Result<Value, InvalidArguments>
    ) {
        cell = Cell(value)
        isRequired = value == nil
        self.declaration = declaration
        self.read = read
    }

    var value: Value {
        get {
            guard let value = cell.value else {
                preconditionFailure("a command's required values can be read once it was parsed")
            }
            return value
        }
        // A new cell: a copy of the command keeps its own value.
        set { cell = Cell(newValue) }
    }

    func accept(_ texts: [String]) -> [InvalidArgument] {
        switch read(texts) {
        case .success(let value):
            cell.value = value
            return []
        case .failure(let error): return error.all
        }
    }

    func description(label: String) -> ParameterDescription {
        let long = declaration.names.longNames(label: label)
        return ParameterDescription(
            kind: declaration.kind,
            longNames: declaration.kind == .argument ? [] : long,
            shortNames: declaration.kind == .argument
                ? [] : declaration.names.shortNames(label: label),
            negatedNames: declaration.negation ? long.map { "no-\($0)" } : [],
            valueName: declaration.kind == .argument
                ? declaration.help.valueName ?? kebabCase(label) : declaration.valueName,
            help: declaration.help.abstract, example: declaration.help.example,
            defaultText: declaration.defaultText, environment: declaration.environment,
            isRequired: isRequired, isRepeating: declaration.isRepeating,
            completion: declaration.completion)
    }
}

/// All that a parameter's description holds, apart from its name.
struct ParameterDeclaration: Sendable {
    var kind: ParameterDescription.Kind
    var names: NameSpecification
    var negation: Bool = false
    var help: ArgumentHelp
    var valueName: String
    var isRepeating: Bool = false
    var defaultText: String?
    var environment: String?
    var completion: CompletionKind
}

struct InvalidArguments: Error {
    let all: [InvalidArgument]
}

extension ArgumentType {
    /// Every text a value, or all that is wrong.
    func all(_ texts: [String]) -> Result<[Value], InvalidArguments> {
        var values: [Value] = []
        var errors: [InvalidArgument] = []
        for text in texts {
            switch parse(text) {
            case .success(let value): values.append(value)
            case .failure(let error): errors.append(error)
            }
        }
        return errors.isEmpty ? .success(values) : .failure(InvalidArguments(all: errors))
    }
}

/// A property that the command line can fill.
protocol ArgumentField: Sendable {
    func accept(_ texts: [String]) -> [InvalidArgument]
    func description(label: String) -> ParameterDescription
}

/// Reads every text and keeps the last value.
func lastOf<Value>(
    _ type: ArgumentType<Value>
) -> @Sendable ([String]) -> Result<Value, InvalidArguments> {
    { texts in
        type.all(texts).flatMap { values in
            values.last.map { .success($0) }
                ?? .failure(InvalidArguments(all: [InvalidArgument("has no value")]))
        }
    }
}
