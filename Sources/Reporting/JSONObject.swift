import Perturbation

extension JSONValue {
    /// An object of the members that are there; those that are nil are left out.
    static func members(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    static func number(_ number: some BinaryInteger) -> JSONValue { .number(String(number)) }
}
