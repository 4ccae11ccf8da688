import Console
import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@Suite("Devices on a line", .serialized)
struct DeviceLineTests {
  @Test("the interlock holds the machine with the first specification alarm and lets go after the last is closed")
  func interlock() throws {
    let line = try DeviceLine()
    try line.configure(specification: "{low: 100, high: 140}")
    try line.startDaemon()
    #expect(try DeviceLine.becomes { try line.written("coil", 0) == [1] })
    #expect(try DeviceLine.becomes { try line.status().interlocks.first?.isConfirmed == true })
    let alarm = try #require(try line.status().openAlarms.first { $0.kind == .specification })
    // Nobody writes over it, and nobody takes it away.
    let over = try line.ask(["write", "press-1", "hold", "0", "--person", "P-7", "--reason", "we are late"])
    #expect(over.status == 77 && over.text.contains("interlock"), "\(over)")
    #expect(try line.ask(["acknowledge", alarm.id.text, "--person", "P-1", "--cause", "heater stuck"]).status == 0)
    // After a restart it is in demand as before, and not written again.
    line.endDaemon()
    try line.startDaemon()
    #expect(try line.status().interlocks.first?.holds == true)
    #expect(try line.written("coil", 0) == [1])
    // The process is back in its limits.
    try line.configure(specification: "{low: 100, high: 250}")
    #expect(try line.ask(["reload"]).status == 0)
    #expect(try DeviceLine.becomes { try line.written("coil", 0) == [1, 0] })
    #expect(try DeviceLine.becomes { try line.status().interlocks.first.map { !$0.holds && $0.isConfirmed } == true })
  }

  @Test("a configuration whose devices cannot be set up changes nothing, and the devices are polled on")
  func faultyReload() throws {
    let line = try DeviceLine()
    try line.startDaemon()
    let file = line.folder.file("lotwire.yaml")
    let good = try String(contentsOf: file, encoding: .utf8)
    try good.replacingOccurrences(of: "unit: 1}", with: "unit: 1, tls: {ca: missing.pem}}")
      .write(to: file, atomically: true, encoding: .utf8)
    let answer = try line.ask(["reload"])
    #expect(answer.status != 0 && answer.text.contains("The old configuration stays in force"), "\(answer)")
    let plans = try line.events(about: .recorder).filter { if case .planApplied = $0 { true } else { false } }
    #expect(plans.count == 1, "it was refused before it was put in force")
    let write = ["write", "press-1", "setpoint", "150.5", "--person", "P-7", "--reason", "new recipe"]
    #expect(try line.ask(write).status == 0, "the device is still reached")
  }

  @Test("a person's write is allowed, ranged, read back and recorded")
  func write() throws {
    let line = try DeviceLine()
    try line.startDaemon()
    func write(_ point: String, _ value: String, _ person: String) throws -> (status: Int32, text: String) {
      try line.ask(["write", "press-1", point, value, "--person", person, "--reason", "new recipe"])
    }
    #expect(try write("setpoint", "150", "P-1").text.contains("engineer"))
    #expect(try write("setpoint", "200.1", "P-7").text.contains("100.0 to 200.0"))
    #expect(try write("unlock", "1", "P-7").status == 77)
    let done = try write("setpoint", "150.5", "P-7")
    #expect(done.status == 0 && done.text.contains("setpoint of press-1 is 150.5, read back"), "\(done)")
    #expect(try DeviceLine.becomes { try line.written("holding", 20) == [1505] })
    var reports: [DeviceWriteReport] = []
    #expect(
      try DeviceLine.becomes {
        reports = try line.events(about: .write("W-000001")).compactMap {
          if case .writeReported(let report) = $0 { report } else { nil }
        }
        return !reports.isEmpty
      })
    #expect(reports.map(\.outcome) == [.confirmed], "\(reports)")
    #expect(reports.first?.readBack == 150.5)
    #expect(reports.first?.stations == ["press"])
  }

  @Test("what a device refuses is found, told, planned around and remembered")
  func learned() throws {
    let line = try DeviceLine(quirks: ["exception, code: 2, addresses: 6-6"])
    try line.startDaemon()
    #expect(
      try DeviceLine.becomes { try line.status().deviceNotes.first?.refused == ["holding 6 (exception 2)"] })
    let values = { try line.status().stations.first?.values ?? [] }
    #expect(try DeviceLine.becomes { try values().first { $0.parameter == "press.temperature" }?.quality == "good" })
    #expect(
      try DeviceLine.becomes { try values().first { $0.parameter == "press.force" }?.quality == "device_exception" })
    line.endDaemon()
    let plan = try line.ask(["modbus", "plan", "press-1"])
    #expect(plan.status == 0 && plan.text.contains("force"), "\(plan)")
    #expect(try line.events(about: .device("press-1")).count == 1)
    try line.startDaemon()
    #expect(try line.status().deviceNotes.first?.refused == ["holding 6 (exception 2)"])
    #expect(
      try DeviceLine.becomes { try values().first { $0.parameter == "press.force" }?.quality == "device_exception" })
    #expect(try line.events(about: .device("press-1")).count == 1, "it is not learned again")
    let forgotten = try line.ask(["modbus", "forget", "press-1", "--person", "P-7", "--reason", "board changed"])
    #expect(forgotten.status == 0, "\(forgotten)")
    #expect(try DeviceLine.becomes { try line.events(about: .device("press-1")).count == 3 }, "and learned again")
  }

  @Test("values are read on request, compared with the display, and who did it is recorded")
  func commission() throws {
    let line = try DeviceLine()
    try line.startDaemon()
    let read = try line.lotwire([
      "modbus", "read", "127.0.0.1:\(line.plc.ports.first ?? 0)", "--address", "0", "--count", "2",
    ])
    #expect(read.status == 0 && read.text.contains("with the next: ABCD"), "\(read)")
    let commission = [
      "modbus", "commission", "press-1", "--person", "P-7", "--identification", "S/N 4711", "--points",
      "temperature,recipe,state",
    ]
    let broken = try line.ask(commission, input: "\n")
    #expect(broken.status == 64 && broken.text.contains("nothing was recorded"), "\(broken)")
    let done = try line.ask(commission, input: "?\n\n-\n1\n")
    #expect(done.status == 0, "\(done)")
    let note = try #require(try line.status().deviceNotes.first)
    #expect(note.commissioning?.comparisons.map(\.verdict) == [.agrees, .notShown, .differs])
    #expect(note.commissioning?.person == "P-7")
    #expect(note.commissioning?.isPassed == false)
    #expect(try line.ask(["status"]).text.contains("VALUES DIFFER"))
  }

  @Test("a text is an event where it changes, a code is shown as its word")
  func texts() throws {
    let line = try DeviceLine()
    try line.startDaemon()
    var texts: [TextRecorded] = []
    #expect(
      try DeviceLine.becomes {
        texts = try line.events(about: .station("press")).compactMap {
          if case .textRecorded(let text) = $0 { text } else { nil }
        }
        return !texts.isEmpty
      })
    #expect(texts.first?.parameter == "press.recipe")
    #expect(
      try DeviceLine.becomes {
        let words = try line.status().stations.first?.values.first { $0.parameter == "press.state" }?.words?.english
        return words == "open" || words == "closed"
      })
  }
}
