import CFaultDisk
public import Ledger
import Synchronization

/// A disk in memory that loses power, lies, fails and fills up on demand, in the place of the machine's: SQLite's files lie
/// in a VFS of their own, and the same seed and calls give the same disk. See CFaultDisk.h for what each fault is.
public final class FaultDisk: LedgerDisk, @unchecked Sendable {
  // Proof of Sendable: the handle is set once, the C side locks itself, and `locks` is a mutex.
  private let handle: OpaquePointer
  private let name: String
  /// Who holds a path; every lock has a number of its own.
  private let locks = Mutex<[String: Int]>([:])
  private static let made = Atomic<Int>(0)

  /// Kinds of calls that are counted and can fail.
  public struct Calls: OptionSet, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let open = Calls(rawValue: 1)
    public static let read = Calls(rawValue: 2)
    public static let write = Calls(rawValue: 4)
    public static let sync = Calls(rawValue: 8)
    public static let truncate = Calls(rawValue: 16)
    public static let delete = Calls(rawValue: 32)
    public static let any: Calls = [.open, .read, .write, .sync, .truncate, .delete]
  }

  /// What a power cut does to what was not synced.
  public enum Loss: UInt32, CaseIterable, Sendable {
    case keep, drop, reorder, tear
  }

  public enum Fault: Int32, CaseIterable, Sendable {
    /// SQLITE_IOERR with the extended code of the call.
    case inputOutput = 10
    /// SQLITE_FULL.
    case full = 13
  }

  public init(seed: UInt64) {
    let number = Self.made.add(1, ordering: .relaxed).newValue
    name = "lotwire-fault-\(number)"
    guard let made = faultdisk_create(name, seed) else {
      preconditionFailure("SQLite takes no VFS \(name), or was built without SQLITE_USE_URI")
    }
    handle = made
  }

  deinit { faultdisk_destroy(handle) }

  // MARK: Power and faults

  /// The power goes: everything fails until `restart`, and locks are gone as those of a machine that is off.
  public func crash(_ loss: Loss) { faultdisk_crash(handle, FaultDiskLoss(loss.rawValue)) }

  /// The power goes during the n-th of these calls from now on; 0 takes the order back.
  public func crash(at n: Int64, of calls: Calls = .any, _ loss: Loss) {
    faultdisk_crash_at(handle, n, calls.rawValue, FaultDiskLoss(loss.rawValue))
  }

  /// The power is back, with what survived.
  public func restart() {
    locks.withLock { $0 = [:] }
    faultdisk_restart(handle)
  }

  public var hasPower: Bool { faultdisk_has_power(handle) != 0 }

  /// The n-th of these calls from now on fails, and `count` in a row (-1: all from then on); 0 takes the order back.
  public func fail(at n: Int64, of calls: Calls = .any, with fault: Fault, count: Int64 = 1) {
    faultdisk_fail_at(handle, n, calls.rawValue, fault.rawValue, count)
  }

  /// Every order to fail is taken back; space, lies and the mode stay.
  public func heal() { faultdisk_fail_at(handle, 0, 0, 0, 0) }

  public var injectedFaults: Int64 { faultdisk_injected(handle) }

  /// So many of 100 syncs only say that they were done.
  public func lie(percent: Int32) { faultdisk_lie(handle, percent) }

  /// Nil: without end.
  public func setCapacity(bytes: Int64?) { faultdisk_set_capacity(handle, bytes ?? -1) }

  /// Somebody else's files take everything that is free now, or give it back.
  public func fillWithForeignFiles(_ isFull: Bool) {
    faultdisk_set_foreign(handle, 0)
    if isFull, let space = space(at: "") { faultdisk_set_foreign(handle, space.freeBytes) }
  }

  public func setReadOnly(_ isReadOnly: Bool) { faultdisk_set_read_only(handle, isReadOnly ? 1 : 0) }

  public func calls(_ kinds: Calls = .any) -> Int64 { faultdisk_calls(handle, kinds.rawValue) }

  public var reservedBytes: Int64 { faultdisk_reserved(handle) }

  public func size(of path: String) -> Int64? {
    let size = faultdisk_file_size(handle, path)
    return size < 0 ? nil : size
  }

  /// Damages a file durably; false where there is no such place.
  public func flipBit(_ bit: Int32, at offset: Int64, of path: String) -> Bool {
    faultdisk_flip_bit(handle, path, offset, bit) != 0
  }

  // MARK: LedgerDisk

  public var vfsName: String? { name }

  public func head(of path: String, count: Int) throws(LedgerDiskFault) -> [UInt8]? {
    guard hasPower else { throw .system("the power is off") }
    var bytes = [UInt8](repeating: 0, count: count)
    let got = bytes.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { faultdisk_peek(handle, path, 0, $0, Int64(count)) } ?? 0
    }
    return got < 0 ? nil : Array(bytes.prefix(Int(got)))
  }

  public func lock(besides path: String) throws(LedgerDiskFault) -> any LedgerLock {
    guard hasPower else { throw .system("the power is off") }
    let number = Self.made.add(1, ordering: .relaxed).newValue
    let holder = locks.withLock { locks in
      if locks[path] == nil { locks[path] = number }
      return locks[path]
    }
    guard holder == number else { throw .held }
    return HeldLock(disk: self, path: path, number: number)
  }

  public func space(at path: String) -> (freeBytes: Int64, capacityBytes: Int64)? {
    var free: Int64 = 0
    var capacity: Int64 = 0
    faultdisk_space(handle, &free, &capacity)
    return (free, capacity)
  }

  public func obstacle(at path: String) -> String? {
    if !hasPower { return "the power is off" }
    if faultdisk_is_read_only(handle) != 0 { return "the file system of \(path) is mounted read-only" }
    if let space = space(at: path), space.freeBytes == 0 { return "the file system of \(path) is full" }
    return nil
  }

  public func holdReserve(besides path: String, bytes: Int64) throws(LedgerDiskFault) {
    guard faultdisk_reserve(handle, bytes) == 0 else { throw .system("no room for a reserve of \(bytes) bytes") }
  }

  public func releaseReserve(besides path: String) throws(LedgerDiskFault) {
    guard faultdisk_reserve(handle, 0) == 0 else { throw .system("the reserve cannot be given back") }
  }

  /// A lock of the time before a power cut gives nothing back: whoever came after it holds the path now.
  fileprivate func release(_ path: String, _ number: Int) {
    locks.withLock { locks in
      if locks[path] == number { locks[path] = nil }
    }
  }
}

private final class HeldLock: LedgerLock {
  private let disk: FaultDisk
  private let path: String
  private let number: Int

  init(disk: FaultDisk, path: String, number: Int) {
    self.disk = disk
    self.path = path
    self.number = number
  }

  func release() { disk.release(path, number) }

  deinit { release() }
}
