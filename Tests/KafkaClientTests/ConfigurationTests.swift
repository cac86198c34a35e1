import KafkaClient
import Testing

@Suite struct ConfigurationTests {
    @Test func `an option wins over a file and a file over a default, whatever the order`() throws {
        var configuration = ClientConfiguration()
        try configuration.append(assignment: "client.id=from-option")
        try configuration.append(file: "client.id=from-file\nacks=1\n", named: "a.conf")
        configuration.set("client.id", to: "ours", in: .default, at: "default")
        #expect(configuration["client.id"] == "from-option")
        #expect(configuration["acks"] == "1")
        #expect(configuration.properties.map(\.layer) == [.default, .file, .file, .option])
        #expect(configuration.properties[1].place == "a.conf:1")
    }

    @Test func `a file is read as kcat reads it`() throws {
        var configuration = ClientConfiguration()
        let text = """
            # a comment
              bootstrap.servers = localhost:9092,other:9092 \r
            \t
            sasl.password=p=q#r
            ssl.ca.pem=-----BEGIN\\nAB\\tC\\n
            group.id=
            """
        try configuration.append(file: text, named: "client.conf")
        #expect(configuration["bootstrap.servers"] == "localhost:9092,other:9092")
        #expect(configuration["sasl.password"] == "p=q#r")
        #expect(configuration["ssl.ca.pem"] == "-----BEGIN\nAB\\tC\n")
        #expect(configuration["group.id"] == "")
    }

    @Test func `every line that is no property is told with its number`() {
        var configuration = ClientConfiguration()
        let error = #expect(throws: ConfigurationError.self) {
            try configuration.append(file: "a\nacks=1\n\n=x\n", named: "client.conf")
        }
        #expect(error?.problems.map(\.place) == ["client.conf:1", "client.conf:4"])
        let option = #expect(throws: ConfigurationError.self) {
            try configuration.append(assignment: "linger.ms")
        }
        #expect(
            option?.description == "-X: linger.ms: no '=' here; a property is given as name=value")
        let secret = #expect(throws: ConfigurationError.self) {
            try configuration.append(assignment: "=sasl.password=secret")
        }
        #expect(secret?.description.contains("secret") == false)
        #expect(
            secret?.description == "-X: no name in front of '='; a property is given as name=value")
    }

    @Test func `a line that is no property and resembles none is not shown`() {
        var configuration = ClientConfiguration()
        let error = #expect(throws: ConfigurationError.self) {
            try configuration.append(file: "MyPassw0rd\nsasl.pasword\n", named: "f")
        }
        #expect(
            error?.description == """
                f:1: no '=' here; a property is given as name=value
                f:2: sasl.pasword: no '=' here; a property is given as name=value
                """)
    }

    @Test func `a byte order mark in front of a file is passed over`() throws {
        var configuration = ClientConfiguration()
        try configuration.append(file: "\u{FEFF}linger.ms=7\nacks=1\n", named: "f")
        #expect(configuration.properties.map(\.name) == ["linger.ms", "acks"])
    }

    static let refused: [(assignments: [String], expected: [String])] = [
        (["linger.mss=5"], ["no property of librdkafka", "did you mean linger.ms?"]),
        (["boostrap.servers=a"], ["did you mean bootstrap.servers?"]),
        (["zzzzzzzzzzz=1"], ["zzzzzzzzzzz: no property of librdkafka"]),
        (["sasl.jaas.config=org.apache"], ["Java", "sasl.username"]),
        (["linger.ms=soon"], ["linger.ms"]),
        (["compression.type=rar"], ["compression.type", "rar"]),
        (["enable.auto.commit=true"], ["enable.auto.commit: must stay false", "positions"]),
        (["enable.partition.eof=false"], ["enable.partition.eof: must stay true"]),
        (["linger.ms=soon", "acks=many"], ["linger.ms", "acks"]),
    ]

    @Test(arguments: refused)
    func `what is refused is named, with what would be accepted`(
        _ assignments: [String], _ expected: [String]
    ) throws {
        var configuration = ClientConfiguration(bootstrapServers: "localhost:1")
        for assignment in assignments { try configuration.append(assignment: assignment) }
        let error = #expect(throws: ConfigurationError.self) { try configuration.check() }
        for part in expected { #expect(error?.description.contains(part) == true, "\(part)") }
    }

    @Test func `properties of either kind of client pass, and values that agree with ours`() throws
    {
        var configuration = ClientConfiguration(bootstrapServers: "localhost:1")
        let assignments = [
            "linger.ms=5", "fetch.min.bytes=1", "isolation.level=read_uncommitted",
            "enable.auto.commit=False", "compression.codec=lz4", "metadata.broker.list=localhost:1",
        ]
        for assignment in assignments { try configuration.append(assignment: assignment) }
        try configuration.check()
        var lines: [String] = []
        let producer = try Producer(configuration) { event in
            if case .log(let line) = event { lines.append(line.description) }
        }
        producer.poll()
        #expect(!lines.contains { $0.contains("CONFWARN") }, "\(lines)")
    }

    @Test func `no description shows a secret`() throws {
        let secrets = [
            "sasl.username", "sasl.password", "ssl.key.password", "ssl.key.pem",
            "ssl.keystore.password", "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config",
            "sasl.jaas.config", "some.api.token", "SASL.PASSWORD",
        ]
        var configuration = ClientConfiguration(bootstrapServers: "localhost:1")
        for name in secrets { configuration.set(name, to: "hunter2\(name.count)") }
        var dumped = ""
        dump(configuration, to: &dumped)
        let property = try #require(configuration.properties.last)
        dump(property, to: &dumped)
        let texts = [
            configuration.redactedDescription, "\(configuration)",
            String(reflecting: configuration), "\(configuration.properties)", "\([configuration])",
            String(reflecting: property), dumped,
        ]
        for text in texts { #expect(!text.contains("hunter2"), "\(text)") }
        #expect(configuration.redactedDescription.contains("sasl.password=[redacted]"))
        #expect(configuration.redactedDescription.contains("bootstrap.servers=localhost:1"))
        let error = #expect(throws: ConfigurationError.self) { try configuration.check() }
        #expect(error?.description.contains("hunter2") == false, "\(String(describing: error))")
    }

    @Test func `a place is shown though its property's neighbour is secret`() {
        var configuration = ClientConfiguration()
        configuration.set("ssl.keystore.location", to: "/etc/keys.p12")
        configuration.set("sasl.oauthbearer.token.endpoint.url", to: "https://login.example")
        #expect(!configuration.redactedDescription.contains("redacted"))
    }

    @Test func `a file that is not there is named when the client is made`() throws {
        var configuration = ClientConfiguration(bootstrapServers: "localhost:1")
        configuration.set("security.protocol", to: "ssl")
        configuration.set("ssl.ca.location", to: "/nowhere/ca.pem")
        let error = #expect(throws: KafkaError.self) { try Producer(configuration) }
        #expect(
            error?.description.contains("ssl.ca.location") == true, "\(String(describing: error))")
        #expect(error?.isRetriable == false)
    }
}
