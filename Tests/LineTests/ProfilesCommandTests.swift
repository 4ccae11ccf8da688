import ArgumentParser
import Devices
import Foundation
import Harness
import Testing

@testable import lotwire

@Suite("lotwire profiles")
struct ProfilesCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("profiles") }

  private static let shipped = ProfileLibrary(folder: ConfigurationTests.profiles)

  static let good = """
    name: good
    vendor: Maker
    model: M1
    transport: modbus
    status: documented
    sources: [{id: manual, title: Manual 1.0}]
    notes: [Switch it on first.]
    defaults: {source: manual, assumption: function 3}
    points:
      - {name: temperature, table: holding, address: 0x10, as_printed: "40017", type: float32, word_order: CDAB, unit: K,
         scale: 0.5, offset: -1, range: {min: 0, max: 500}, sentinels: [{raw: 0x7FC00000, means: sensor break}]}
      - {name: mode, table: holding, address: 18, as_printed: "40019", type: uint16, words: {0: stopped, 1: running}}
    self_test: [{point: mode, equals: 1}]
    writes: [{name: hold, table: coil, address: 0, as_printed: "00001", type: bool}]

    """

  private func write(_ path: String, _ text: String) throws -> ProfileLibrary {
    let file = folder.file(path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return ProfileLibrary(folder: folder.url.path)
  }

  @Test("check finds no fault in what is shipped")
  func shippedIsFaultless() {
    let (text, isFaultless) = ProfilesCheckCommand.report(Self.shipped.entries, duplicates: Self.shipped.duplicates)
    #expect(isFaultless)
    #expect(text == "\(Self.shipped.entries.count) profiles, no faults")
  }

  @Test("check names all faults of all files, with file, line, column and intention")
  func faults() throws {
    _ = try write("maker/good.yaml", Self.good)
    _ = try write("maker/bad.yaml", Self.good.replacingOccurrences(of: "0x10, as", with: "17, as"))
    let library = try write("other/good.yaml", Self.good.replacingOccurrences(of: "uint16, w", with: "float32, w"))
    let (text, isFaultless) = ProfilesCheckCommand.report(library.entries, duplicates: library.duplicates)
    #expect(!isFaultless)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 7, "\(text)")
    #expect(lines[0].contains("maker/bad.yaml:1:7: name: the profile is called \"good\""))
    #expect(lines[1].contains("maker/bad.yaml:10:") && lines[1].contains("Write \"address: 16\""))
    #expect(lines[2].contains("\"mode\" (holding 18) lies on \"temperature\" (holding 17-18"))
    #expect(lines[3].contains("other/good.yaml:12:") && lines[4].contains("other/good.yaml:12:"))
    #expect(lines[5].contains("maker/good, other/good share their name"))
    #expect(lines[6] == "3 profiles, 6 faults")
  }

  @Test("the program ends with 1 for faults, 0 without, 66 where there is no such profile")
  func exitStatus() throws {
    let good = folder.file("good.yaml").path
    _ = try write("good.yaml", Self.good)
    _ = try write("bad.yaml", Self.good.replacingOccurrences(of: "vendor: Maker\n", with: ""))
    #expect(try run(["check", good]).status == 0)
    let bad = try run(["check", good, folder.file("bad.yaml").path])
    #expect(bad.status == 1 && bad.text.contains("the key \"vendor\" is missing") && bad.text.hasSuffix("2 faults\n"))
    let missing = try run(["show", "god", "--profiles", folder.url.path])
    #expect(missing.status == 66 && missing.text.contains("there is no profile \"god\""), "\(missing.text)")
    #expect(try run(["check", "--profiles", folder.file("none").path]).status == 66)
    #expect(try run(["show", folder.file("none.yaml").path]).status == 78)
  }

  @Test("list counts honestly")
  func list() throws {
    _ = try write("maker/good.yaml", Self.good)
    let library = try write("maker/bad.yaml", "name: bad\n")
    let text = ProfilesListCommand.text(library.entries)
    #expect(
      text == """
        NAME        TRANSPORT  VENDOR  MODEL  STATUS      POINTS
        maker/bad   -          -       -      faulty      see "lotwire profiles check"
        maker/good  modbus     Maker   M1     documented  2
        2 profiles: 1 documented, 1 faulty
        """)
    let shipped = ProfilesListCommand.text(Self.shipped.entries)
    #expect(shipped.hasSuffix("1 simulated, \(Self.shipped.entries.count - 1) documented"))
  }

  @Test("show says where every register comes from, on the wire and as printed")
  func show() throws {
    let profile = try DeviceProfile.load(text: Self.good, file: "good.yaml")
    let text = ProfileText(profile).text
    for part in [
      "written from documents, compared with no device yet", "source manual: Manual 1.0", "note: Switch it on first.",
      "  temperature  holding  16    0x0010  40017    float32  CDAB   × 0.5 - 1  K     0…500  1 s    manual",
      "  mode = 1", "  hold  coil   0     0x0000  00001", "function 3: all points", "mode: 0 stopped, 1 running",
      "temperature, no value: 0x7FC00000 sensor break",
    ] {
      #expect(text.contains(part), "\(part) is not in:\n\(text)")
    }
  }

  @Test("show --json has the keys of the file", arguments: shipped.entries(over: .modbus).prefix(8))
  func json(entry: ProfileLibrary.Entry) throws {
    let profile = try ProfileLibrary.load(entry).profile
    let object = try JSONSerialization.jsonObject(with: Data(ProfileDocument(profile).json.utf8)) as? [String: Any]
    let points = try #require(object?["points"] as? [[String: Any]])
    #expect(object?["name"] as? String == profile.name)
    #expect(points.map { $0["address"] as? Int } == profile.points.map(\.address))
    #expect(points.map { $0["as_printed"] as? String } == profile.points.map(\.asPrinted))
    #expect(points.map { $0["type"] as? String } == profile.points.map(\.type.word))
    #expect((object?["self_test"] as? [Any])?.count == profile.selfTests.count)
  }

  static let messages = """
    name: probe
    vendor: Maker
    model: P2
    transport: mqtt
    status: documented
    sources: [{id: manual, title: Manual 1.0}]
    arguments: [{name: topic, meaning: the topic of the probe}]
    messages:
      - topic: "tele/{topic}/SENSOR"
        when: {path: DS18B20}
        time: {path: Time, as: local, zone: Europe/Berlin}
        points:
          - {name: temperature, json: DS18B20.Temperature, unit: "°C", range: {min: -55}, note: in the oven}
          - {name: alarm, json: pdin, slice: {encoding: hex, bit: 0, bits: 1}}
    availability: [{topic: "tele/{topic}/LWT", online: [Online], offline: [Offline]}]

    """

  @Test("show of a device that sends messages: topics, arguments, what is read")
  func showMessages() throws {
    _ = try write("maker/probe.yaml", Self.messages)
    let path = folder.file("maker/probe.yaml").path
    let plain = try run(["show", path])
    for part in [
      "sends messages over MQTT", "  topic  level  -         the topic of the probe", "MESSAGE tele/{topic}/SENSOR",
      "  only where DS18B20 is there", "  time: Time, local in Europe/Berlin", "repetitions known by: time and content",
      "temperature  DS18B20.Temperature  number", "from -55", "bit 0 of hexadecimal, unsigned",
      "tele/{topic}/LWT  whole payload  Online  Offline", "temperature: in the oven",
    ] {
      #expect(plain.text.contains(part), "\(part) is not in:\n\(plain.text)")
    }
    let filled = try run(["show", path, "--with", "topic=oven", "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(filled.text.utf8)) as? [String: Any]
    let messages = try #require(object?["messages"] as? [[String: Any]])
    #expect(messages.first?["topic"] as? String == "tele/oven/SENSOR" && object?["transport"] as? String == "mqtt")
    #expect((messages.first?["points"] as? [Any])?.count == 2)
    #expect(try run(["show", path, "--with", "topic=a/b"]).status == 78)
    #expect(try run(["show", path, "--with", "topic"]).status == 64)
    #expect(try run(["check", path]).text.contains("1 profile, no faults"))
  }

  @Test("show --json of what is shipped has all points", arguments: shipped.entries(over: .mqtt))
  func messagesJSON(entry: ProfileLibrary.Entry) throws {
    let profile = try ProfileLibrary.loadMessages(entry).profile
    let text = try MessageProfileDocument(profile).json
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let messages = try #require(object?["messages"] as? [[String: Any]])
    let points = messages.flatMap { $0["points"] as? [[String: Any]] ?? [] }
    #expect(points.map { $0["name"] as? String } == profile.points.map(\.name))
    #expect(points.map { $0["json"] as? String } == profile.points.map(\.path?.text))
    #expect((object?["arguments"] as? [Any])?.count == profile.arguments.count)
  }

  @Test("lotwire.yaml names a profile by its file or with its folder, and a faulty one is said once")
  func configuration() throws {
    let second = """
        - name: plc-2
          profile: lotwire/heat-sealer
          tcp: {host: 127.0.0.1, port: 9, unit: 2}
      stations:
      """
    let text = ConfigurationTests.good.replacingOccurrences(of: "stations:", with: second)
    let file = folder.file("lotwire.yaml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    let plant = try ConfigurationReader.read(file)
    #expect(plant.modbusDevices.map(\.profile.name) == ["heat-sealer", "heat-sealer"])
    #expect(plant.modbusDevices[0].profileDigest == plant.modbusDevices[1].profileDigest)

    _ = try write("lotwire/heat-sealer.yaml", "name: heat-sealer\n")
    try text.replacingOccurrences(of: ConfigurationTests.profiles, with: folder.url.path)
      .write(to: file, atomically: true, encoding: .utf8)
    do throws(DocumentIssues) {
      _ = try ConfigurationReader.read(file)
      Issue.record("a faulty profile was taken")
    } catch {
      let inProfile = error.issues.filter { $0.file.hasSuffix("heat-sealer.yaml") }
      #expect(inProfile.count { $0.problem.contains("\"vendor\" is missing") } == 1, "\(error)")
    }
  }

  /// Runs the program beside the tests.
  private func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("lotwire")
    process.arguments = ["profiles"] + arguments
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
