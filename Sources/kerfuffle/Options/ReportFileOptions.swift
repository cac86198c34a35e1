import Arguments

/// Reports that are written beside what is printed.
struct ReportFileOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write a test report (JUnit XML), too.", valueName: "file", example: "report.xml"))
    var junit: String?

    @Option(
        help: ArgumentHelp(
            "Write the result as a page, too: one file that fetches nothing.", valueName: "file",
            example: "report.html"))
    var html: String?

    func check() throws {
        try junit.map(ResultFile.check)
        try html.map(ResultFile.check)
    }

    func write(junit: @autoclosure () -> String, html: @autoclosure () -> String) throws {
        if let path = self.junit { try ResultFile.write(junit(), to: path) }
        if let path = self.html { try ResultFile.write(html(), to: path) }
    }
}
