/// An error that knows the exit code of a program that ends by it.
public protocol ExitCodeProviding: Error {
    var exitCode: ExitCode { get }
}
