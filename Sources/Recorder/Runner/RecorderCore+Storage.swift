import Devices
import Ledger
import Shopfloor

/// The disk below the ledger: its reserve, its free space, and recording that stands still while it has none.
extension RecorderCore {
  /// A stretch in which nothing but its own events is kept.
  struct Suspension {
    var at: Timestamp
    var fault: StorageFault
    var reason: String
    /// Whether the event that tells of it is in the ledger.
    var isWritten = false
    /// Batches that had been turned away before.
    var turnedAwayBefore: UInt64
    /// Whether the commit that failed was found in the ledger; nil until it was opened again.
    var commitWasKept: Bool?
  }

  /// The ledger is open, but on its reserve: it takes the events of the suspension and no readings.
  var isOnReserve: Bool { suspension != nil && store != nil }

  /// Sets the reserve aside where there is room.
  func holdReserve() {
    let capacity = setup.disk.space(at: setup.ledgerPath)?.capacityBytes ?? .max
    let bytes = min(setup.reserveBytes, StorageWatch.reserve(capacityBytes: capacity))
    do throws(LedgerDiskFault) {
      try setup.disk.holdReserve(besides: setup.ledgerPath, bytes: bytes)
      state.storage.reserveBytes = bytes
    } catch {
      // Recording goes on without it; status and metrics show 0, and it is tried again with every look at the disk.
      state.storage.reserveBytes = 0
    }
  }

  /// Gives the reserve back to the file system, so that SQLite can write the last events.
  private func releaseReserve() {
    do throws(LedgerDiskFault) {
      try setup.disk.releaseReserve(besides: setup.ledgerPath)
    } catch {
      state.problem = "\(state.problem ?? ""); the reserve cannot be given back: \(error)"
    }
    state.storage.reserveBytes = 0
  }

  func suspend(_ error: LedgerError) {
    let fault = StorageFault(error, on: setup.disk, path: setup.ledgerPath)
    if suspension == nil {
      suspension = Suspension(
        at: clock.now().utc, fault: fault, reason: "\(error)",
        turnedAwayBefore: state.counters.turnedAwayBatches)
      state.storage.suspensions += 1
      state.since = clock.now().utc
    }
    state.isRecording = false
    state.storage.fault = fault
    state.problem = "\(error)"
    if fault == .full { releaseReserve() }
  }

  /// Whether readings may be kept again; on a disk that was full only once there is room for the reserve and more.
  private func hasRoom() -> Bool {
    guard suspension?.fault == .full || state.storage.fault == .full else { return true }
    guard let space = setup.disk.space(at: setup.ledgerPath) else { return true }
    return space.freeBytes >= StorageWatch.resumesAt(capacityBytes: space.capacityBytes)
  }

  /// Tells of the suspension in a ledger that was opened again, and ends it where there is room.
  ///
  /// - Returns: whether readings are kept from here on.
  func tellOfSuspension(held: Int) -> Bool {
    guard var told = suspension else { return true }
    var facts: [Event] = []
    if !told.isWritten {
      facts.append(.recordingSuspended(RecordingSuspended(reason: told.reason, at: told.at)))
      told.isWritten = true
    }
    let isOver = hasRoom()
    if isOver {
      let now = clock.now().utc
      facts.append(
        .recordingResumed(
          RecordingResumed(
            suspendedAt: told.at, reason: told.reason, heldReadings: held,
            lostBatches: Int(state.counters.turnedAwayBatches - told.turnedAwayBefore),
            undecidedCommitWasKept: told.commitWasKept, at: now)))
    }
    guard commit(facts, [], [], checkpoint: false) else { return false }
    suspension = isOver ? nil : told
    if isOver {
      state.isRecording = true
      state.since = clock.now().utc
      state.problem = nil
      state.storage.fault = nil
      holdReserve()
    }
    return isOver
  }

  /// On the reserve: is there room again? Looked at as often as a ledger that is away.
  func leaveReserve(held: Int) {
    guard isOnReserve, monotonic >= nextRecovery else { return }
    nextRecovery = monotonic + Self.retryMicroseconds
    if hasRoom() { _ = tellOfSuspension(held: held) }
  }

  /// Looks at the free space now and then.
  ///
  /// - Returns: the event of another level, to be kept with the next commit.
  func lookAtStorage() -> [Event] {
    let now = monotonic
    guard now >= nextStorageLook else { return [] }
    nextStorageLook = now + StorageWatch.intervalMicroseconds
    guard let space = setup.disk.space(at: setup.ledgerPath) else { return [] }
    state.storage.freeBytes = space.freeBytes
    state.storage.capacityBytes = space.capacityBytes
    if state.storage.reserveBytes == 0, suspension == nil,
      space.freeBytes >= StorageWatch.resumesAt(capacityBytes: space.capacityBytes)
    {
      holdReserve()
    }
    guard let level = storageWatch.look(freeBytes: space.freeBytes, capacityBytes: space.capacityBytes) else {
      return []
    }
    state.storage.level = level
    return [
      .storageLow(
        StorageLow(
          level: level, freeBytes: space.freeBytes, capacityBytes: space.capacityBytes, at: clock.now().utc))
    ]
  }
}
