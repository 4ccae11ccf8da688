import FaultDisk
import Ledger
import Shopfloor
import Testing

@testable import Recorder

@Suite("A recorder on a disk that fails", .timeLimit(.minutes(2)))
struct FaultyDiskRecorderTests {
  private func suspended(_ events: [Event]) -> [RecordingSuspended] {
    events.compactMap { if case .recordingSuspended(let told) = $0 { told } else { nil } }
  }

  private func resumed(_ events: [Event]) -> [RecordingResumed] {
    events.compactMap { if case .recordingResumed(let told) = $0 { told } else { nil } }
  }

  @Test(
    "a call that fails once suspends recording; it resumes by itself, and no reading is lost or stands twice",
    arguments: zip([FaultDisk.Calls.write, .write, .sync, .sync, .read], [Int64(1), 2, 1, 2, 1]))
  func once(call: FaultDisk.Calls, n: Int64) throws {
    let line = try FaultyLine(FaultDisk(seed: UInt64(n)))
    line.turns(8)
    let before = line.disk.injectedFaults
    line.disk.fail(at: n, of: call, with: .inputOutput)
    line.turns(20)
    // Reads come from the cache of SQLite unless it is opened again.
    if line.disk.injectedFaults > before, call != .read {
      let state = line.core.state
      #expect(state.isRecording && state.storage.fault == nil && state.storage.suspensions == 1)
      let told = suspended(try line.events())
      #expect(told.count == 1 && told[0].reason.contains("disk I/O error"))
      let resumed = try #require(resumed(try line.events()).first)
      #expect(resumed.heldReadings > 0 && resumed.lostBatches == 0 && resumed.undecidedCommitWasKept != nil)
    }
    line.disk.heal()
    #expect(line.end())
    #expect(try line.stored() == line.offered)
    // Also those of a commit that failed and was kept after all.
    #expect(line.told.sequences == Array(1...Int64(try line.events().count)))
  }

  @Test("a full disk: the end of recording is written from the reserve, readings are held, room lets it go on")
  func full() throws {
    let disk = FaultDisk(seed: 5)
    let capacity: Int64 = 40 << 20
    disk.setCapacity(bytes: capacity)
    let line = try FaultyLine(disk)
    line.turns(4)
    #expect(line.core.state.storage.reserveBytes == 1 << 20)
    // Somebody else fills the disk.
    disk.fillWithForeignFiles(true)
    line.turns(40)
    line.scan()
    line.turn()
    #expect(line.refused.value == 1)
    let state = line.core.state
    #expect(!state.isRecording && state.storage.fault == .full && state.storage.reserveBytes == 0)
    #expect(state.storage.words?.chinese.isEmpty == false)
    #expect(state.storage.heldReadings > 20 && state.storage.heldSince != nil)
    #expect(suspended(try line.events()).count == 1)
    #expect(resumed(try line.events()).isEmpty)
    let heldAtLeast = state.storage.heldReadings
    disk.fillWithForeignFiles(false)
    line.turns(12)
    #expect(line.core.state.isRecording && line.core.state.storage.reserveBytes == 1 << 20)
    #expect(suspended(try line.events()).count == 1)
    #expect(try #require(resumed(try line.events()).first).heldReadings >= heldAtLeast)
    #expect(line.end())
    #expect(try line.stored() == line.offered)
  }

  @Test("on a disk that stays full the recorder still ends, and says so")
  func endsOnReserve() throws {
    let disk = FaultDisk(seed: 6)
    let capacity: Int64 = 40 << 20
    disk.setCapacity(bytes: capacity)
    let line = try FaultyLine(disk)
    line.turns(4)
    disk.fillWithForeignFiles(true)
    line.turns(40)
    #expect(line.end())
    #expect(try line.events().contains { $0.kind == .recordingStopped })
  }

  @Test("what finds the bounded inbox full while nothing can be kept is counted by device")
  func bound() throws {
    var bounds = InboxBounds()
    bounds.maximumReadings = 10
    let line = try FaultyLine(FaultDisk(seed: 7), bounds: bounds)
    line.turns(4)
    line.disk.setReadOnly(true)
    line.turns(30)
    #expect(line.core.state.storage.fault == .readOnly)
    line.disk.setReadOnly(false)
    line.turns(12)
    #expect(line.turnedAway > 10)
    let told = try #require(resumed(try line.events()).first)
    let dropped = try line.events().reduce(0) { sum, event in
      if case .readingsDropped(let dropped) = event, dropped.device == "plc-1" { sum + dropped.batches } else { sum }
    }
    #expect(dropped == line.turnedAway && told.lostBatches <= dropped && told.lostBatches > 0)
    #expect(line.end())
    #expect(try line.stored() == line.offered)
  }

  @Test(
    "the levels of free space are events, once each",
    arguments: zip([Int64(50), 19, 9, 4], [nil, .low, .lower, .critical] as [StorageLow.Level?]))
  func levels(freePercent: Int64, level: StorageLow.Level?) {
    var watch = StorageWatch()
    #expect(watch.look(freeBytes: freePercent * 10, capacityBytes: 1_000) == level)
    #expect(watch.look(freeBytes: freePercent * 10, capacityBytes: 1_000) == nil)
    #expect(watch.level == level ?? .enough)
  }

  @Test("a level is left for a better one only when clearly more is free")
  func hysteresis() {
    var watch = StorageWatch()
    #expect(watch.look(freeBytes: 4_999, capacityBytes: 100_000) == .critical)
    #expect(watch.look(freeBytes: 5_500, capacityBytes: 100_000) == nil)
    #expect(watch.look(freeBytes: 6_100, capacityBytes: 100_000) == .lower)
    #expect(watch.look(freeBytes: 50_000, capacityBytes: 100_000) == .enough)
    #expect(watch.look(freeBytes: 19_999, capacityBytes: 100_000) == .low)
  }

  @Test("the reserve is small on a small disk")
  func reserve() {
    #expect(StorageWatch.reserve(capacityBytes: 1 << 40) == 64 << 20)
    #expect(StorageWatch.reserve(capacityBytes: 100 << 20) == 5 << 20)
    #expect(StorageWatch.resumesAt(capacityBytes: 100 << 20) == 6 << 20)
  }
}
