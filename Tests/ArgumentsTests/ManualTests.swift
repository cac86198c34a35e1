import Foundation
import Testing

@testable import Arguments

@Suite struct ManualTests {
    @Test func `the page of a command`() {
        #expect(
            outcome("manual schedule diff") == #"""
                .\" Written by sample manual from the program's own declarations.
                .TH "SAMPLE\-SCHEDULE\-DIFF" "1" "" "sample 1.2.3" "User Commands"
                .SH "NAME"
                sample\-schedule\-diff \- Compare two schedules
                .SH "SYNOPSIS"
                \fBsample schedule diff\fR [options] \fIleft\fR [\fIright\fR]
                .SH "ARGUMENTS"
                .TP
                \fIleft\fR
                The one.
                .TP
                \fIright\fR
                The other; standard input unless given. (default: \-)
                .SH "OPTIONS"
                .TP
                \fB\-h\fR, \fB\-\-help\fR
                Show this help.
                .SH "EXIT STATUS"
                .TP
                \fB0\fR
                It worked.
                .TP
                \fB3\fR
                The spoon isn\(aqt there.
                .SH "EXAMPLES"
                .PP
                Find the first edit:
                .PP
                .RS "4"
                .nf
                sample schedule diff a.jsonl b.jsonl
                .fi
                .RE
                .SH "SEE ALSO"
                \fBsample\-schedule\fR(1)

                """#)
    }

    @Test func `the page of the program names its commands and variables`() {
        let page = outcome("manual")
        for line in [
            #".TH "SAMPLE" "1" "" "sample 1.2.3" "User Commands""#,
            #"\fBsample\fR \fIcommand\fR"#, #"\fBstir\fR, \fBmix\fR"#, #"\fBSAMPLE_SEED\fR"#,
            #"The value of \-\-seed where it is not given."#,
            #"\fBsample\-stir\fR(1),"#,
        ] {
            #expect(page.split(separator: "\n").contains { $0 == line }, "\(line)")
        }
    }

    @Test func `options stand in their groups, with all that help says of them`() {
        let page = outcome("manual mix")
        #expect(
            page.contains(
                #"""
                .SS "Connection"
                .TP
                \fB\-b\fR, \fB\-\-brokers\fR \fIhost:port\fR
                Brokers to ask first. May be repeated. (environment: SAMPLE_BROKERS; example: \#
                localhost:9092; required)
                """#))
        #expect(page.contains(#"\fB\-\-fsync\fR, \fB\-\-no\-fsync\fR"#))
    }

    @Test func `the list of pages leads to each of them`() {
        let list = outcome("manual --list")
        #expect(
            list == """
                sample.1
                sample-stir.1 stir
                sample-schedule.1 schedule
                sample-schedule-diff.1 schedule diff
                sample-help.1 help
                sample-completion.1 completion
                sample-manual.1 manual

                """)
        for line in list.split(separator: "\n") {
            let words = line.split(separator: " ")
            let page = outcome("manual \(words.dropFirst().joined(separator: " "))")
            let name = words[0].dropLast(2).replacing("-", with: "\\-")
            #expect(page.contains("\n\(name) \\- "), "\(line)")
        }
    }

    @Test(arguments: [
        ("manual nothing", "unknown command \"nothing\""),
        ("manual stir diff", "unknown command \"diff\""),
        ("manual --list stir", "--list is of all commands"),
    ])
    func `what is no page is refused`(line: String, sentence: String) {
        #expect(outcome(line).hasPrefix(sentence))
    }

    @Test(arguments: [
        (".TH x", #"\&.TH x"#), ("'tis", #"\(aqtis"#), (#"a\fBb"#, #"a\efBb"#), ("--x", #"\-\-x"#),
        ("Größe 📦", #"Gr\[u00F6]\[u00DF]e \[u1F4E6]"#), ("a\n.b", "a .b"),
        ("`\"~^", #"\(ga\(dq\(ti\(ha"#),
    ])
    func `text stays text`(text: String, roff: String) {
        var page = Roff()
        page.line(Roff.escaped(text))
        #expect(page.text == roff + "\n")
    }

    @Test func `groff has nothing to say of the pages`() throws {
        guard let groff = Shell("groff") else { return }
        try withFolder([:]) { folder in
            for line in outcome("manual --list").split(separator: "\n") {
                let words = line.split(separator: " ").dropFirst().joined(separator: " ")
                let page = folder.appendingPathComponent("page")
                try Data(outcome("manual \(words)").utf8).write(to: page)
                let result = try groff.run(
                    ["-man", "-ww", "-b", "-Tutf8", "-P-cbou", page.path], in: folder)
                #expect(result.status == 0)
                #expect(!result.text.contains("warning"), "\(result.text)")
                #expect(result.text.contains("NAME"))
            }
        }
    }
}
