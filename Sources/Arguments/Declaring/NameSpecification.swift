/// The names of an option or flag: `.long`, `.shortAndLong`, `[.long, .customShort("X")]`.
public struct NameSpecification: Hashable, Sendable, ExpressibleByArrayLiteral {
    public enum Element: Hashable, Sendable {
        /// The property's name, `maxWait` as `--max-wait`.
        case long
        /// The first letter of the property's name.
        case short
        case customLong(String)
        case customShort(Character)
    }

    let elements: [Element]

    public init(arrayLiteral elements: Element...) { self.elements = elements }

    public static let long: NameSpecification = [.long]
    public static let short: NameSpecification = [.short]
    public static let shortAndLong: NameSpecification = [.short, .long]
    public static func customLong(_ name: String) -> NameSpecification { [.customLong(name)] }
    public static func customShort(_ name: Character) -> NameSpecification {
        [.customShort(name)]
    }

    func longNames(label: String) -> [String] {
        elements.compactMap {
            switch $0 {
            case .long: kebabCase(label)
            case .customLong(let name): name
            case .short, .customShort: nil
            }
        }
    }

    func shortNames(label: String) -> [Character] {
        elements.compactMap {
            switch $0 {
            case .short: label.lowercased().first
            case .customShort(let name): name
            case .long, .customLong: nil
            }
        }
    }
}

/// `maxWait` as `max-wait`.
func kebabCase(_ label: String) -> String {
    var result = ""
    for letter in label {
        if letter.isUppercase, !result.isEmpty { result.append("-") }
        result += letter.lowercased()
    }
    return result
}
