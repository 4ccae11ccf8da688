import Devices
import Glibc
import Scanners
import Shopfloor
import Synchronization
import Testing

@Suite struct SerialScannerTests {
  private func source(_ line: ScannerLine, _ inbox: ManualInbox, answers: Bool = true) throws -> ScannerSource {
    let plan = SerialScannerPlan(
      device: "scanner-1", station: "press", path: line.link, baud: 9600, answers: answers)
    let source = try ScannerSource(serial: [plan], usb: [], inbox: inbox, clock: SystemClock())
    try source.start()
    return source
  }

  private func isOnline(_ source: ScannerSource) -> Bool {
    eventually { source.status().allSatisfy { $0.state == .online } }
  }

  @Test func beepComesOnlyAfterTheAnswer() throws {
    let line = try ScannerLine()
    let inbox = ManualInbox()
    let source = try source(line, inbox)
    defer { source.stop() }
    #expect(isOnline(source))
    line.send("LOT-0042\r")
    #expect(eventually { inbox.texts == ["LOT-0042"] })
    #expect(inbox.all[0].station == "press")
    #expect(inbox.all[0].device == "scanner-1")
    usleep(50_000)
    #expect(line.received().isEmpty)
    inbox.all[0].accept()
    var answer: [UInt8] = []
    #expect(
      eventually {
        answer += line.received()
        return !answer.isEmpty
      })
    #expect(answer == [0x06])
  }

  @Test func refusalAndFullInboxAreNegative() throws {
    let line = try ScannerLine()
    let inbox = ManualInbox()
    let source = try source(line, inbox)
    defer { source.stop() }
    #expect(isOnline(source))
    line.send("X\r")
    #expect(eventually { inbox.all.count == 1 })
    inbox.all[0].refuse()
    var answer: [UInt8] = []
    #expect(
      eventually {
        answer += line.received()
        return answer == [0x15]
      })
    inbox.isFull.store(true, ordering: .relaxed)
    line.send("Y\r")
    #expect(
      eventually {
        answer += line.received()
        return answer == [0x15, 0x15]
      })
    #expect(source.status()[0].counters.turnedAway == 1)
    #expect(source.status()[0].counters.exceptions == 1)
  }

  @Test func labelsInOneWriteAndLabelOverManyWrites() throws {
    let line = try ScannerLine()
    let inbox = ManualInbox()
    let source = try source(line, inbox)
    defer { source.stop() }
    #expect(isOnline(source))
    line.send("A-1\r\nB-2\r\n")
    #expect(eventually { inbox.texts == ["A-1"] })
    usleep(20_000)
    // One label at a time is with the recorder: the answers keep their order.
    #expect(inbox.texts == ["A-1"])
    inbox.all[0].accept()
    #expect(eventually { inbox.texts == ["A-1", "B-2"] })
    inbox.all[1].accept()
    for piece in ["C", "-", "3", "\r"] {
      line.send(piece)
      usleep(10_000)
    }
    #expect(eventually { inbox.texts == ["A-1", "B-2", "C-3"] })
  }

  @Test func replugKeepsNoHalfLabelAndNoOldAnswer() throws {
    let line = try ScannerLine()
    let inbox = ManualInbox()
    let source = try source(line, inbox)
    defer { source.stop() }
    #expect(isOnline(source))
    line.send("A-1\rHALF")
    #expect(eventually { inbox.texts == ["A-1"] })
    line.unplug()
    #expect(eventually { source.status()[0].state == .offline })
    #expect(source.status()[0].detail.contains(line.link))
    line.plug()
    #expect(isOnline(source))
    // The answer to a label of the line that is gone is not written to the new one.
    inbox.all[0].accept()
    line.send("B-2\r")
    #expect(eventually { inbox.texts == ["A-1", "B-2"] })
    usleep(50_000)
    #expect(line.received().isEmpty)
    inbox.all[1].accept()
    #expect(eventually { line.received() == [0x06] })
    #expect(source.status()[0].counters.reconnects == 1)
  }

  @Test func scannerThatComesLaterAndStopWhileWaiting() throws {
    let line = try ScannerLine()
    line.unplug()
    let inbox = ManualInbox()
    let source = try source(line, inbox, answers: false)
    #expect(eventually { source.status()[0].detail.contains("is not there") })
    line.plug()
    #expect(isOnline(source))
    line.send("]d201095212345432131710AB\r")
    #expect(eventually { inbox.all.count == 1 })
    #expect(inbox.all[0].label.fault?.code == "gs1.too_short")
    inbox.all[0].refuse()
    usleep(50_000)
    #expect(line.received().isEmpty)
    source.stop()
    #expect(source.status()[0].state == .offline)
    // An answer after the stop finds nobody and harms nobody.
    inbox.all[0].accept()
  }

  @Test func floodWithoutAnswersIsBounded() throws {
    let line = try ScannerLine()
    let inbox = ManualInbox()
    let source = try source(line, inbox)
    defer { source.stop() }
    #expect(isOnline(source))
    for _ in 0..<10 {
      line.send(String(repeating: "L\r", count: 100))
      usleep(5_000)
    }
    #expect(eventually { source.status()[0].detail.contains("dropped because too many were waiting") })
    #expect(inbox.all.count == 1)
  }

  @Test func plansThatCannotWorkAreRefused() {
    let inbox = ManualInbox()
    let odd = SerialScannerPlan(device: "s", station: "press", path: "/dev/null", baud: 12345)
    #expect(throws: ScannerPlanFault.self) {
      try ScannerSource(serial: [odd], usb: [], inbox: inbox, clock: SystemClock())
    }
    let first = USBScannerPlan(device: "u1", station: "press", vendor: 0x05E0, product: 0x1200, portPath: "1-1")
    var second = first
    second.device = "u2"
    #expect(throws: ScannerPlanFault.self) {
      try ScannerSource(serial: [], usb: [first, second], inbox: inbox, clock: SystemClock())
    }
    second.portPath = "1-2"
    #expect(throws: Never.self) {
      try ScannerSource(serial: [], usb: [first, second], inbox: inbox, clock: SystemClock())
    }
  }
}
