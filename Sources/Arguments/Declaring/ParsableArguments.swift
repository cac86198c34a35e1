/// A struct whose `@Option`, `@Flag`, `@Argument` and `@OptionGroup` properties the command line
/// fills.
public protocol ParsableArguments: Sendable {
    init()
    /// Called once all properties are filled, to check what no single one can know.
    ///
    /// - Throws: `ValidationError`, which is reported as a usage error.
    func validate() throws
}

extension ParsableArguments {
    public func validate() throws {}
}
