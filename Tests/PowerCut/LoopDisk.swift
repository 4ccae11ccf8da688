import CFaultDisk
import Foundation
import Harness

/// A file system in an image of its own, mounted through a loop device, whose power can be cut. Unmounted and removed with
/// its owner.
final class LoopDisk {
  enum Kind: String, CaseIterable {
    case ext4, xfs

    /// Sparse; mkfs.xfs takes nothing below 300 MiB.
    var megabytes: Int { self == .ext4 ? 128 : 320 }
    var makeCommand: [String] {
      self == .ext4 ? ["mkfs.ext4", "-q", "-F"] : ["mkfs.xfs", "-q", "-f"]
    }
  }

  let kind: Kind
  let mountPoint: URL
  private let image: URL
  /// Attached as long as this lives: given back and taken again between two mounts, the kernel may mix up images.
  private var device = ""
  private var isMounted = false

  init(_ kind: Kind, in folder: URL) throws {
    self.kind = kind
    image = folder.appendingPathComponent("\(kind.rawValue).img")
    mountPoint = folder.appendingPathComponent("disk")
    try FileManager.default.createDirectory(at: mountPoint, withIntermediateDirectories: true)
    try Self.run(["truncate", "-s", "\(kind.megabytes)M", image.path])
    try Self.run(kind.makeCommand + [image.path])
    device =
      try Self.run(["losetup", "--find", "--show", image.path]).split(separator: "\n").first.map(String.init) ?? ""
    try mount()
  }

  deinit {
    // Left mounted, the folder could not be removed; the caller hears of it by that.
    if isMounted { try? unmount() }
    // A device that stays attached holds an image that is gone; nothing else can be done about it here.
    if !device.isEmpty { _ = try? Self.run(["losetup", "--detach", device]) }
  }

  func mount() throws {
    try Self.run(["mount", "-t", kind.rawValue, device, mountPoint.path])
    isMounted = true
  }

  /// Waits for the last process that has it open.
  func unmount() throws {
    for attempt in 1...100 {
      do {
        try Self.run(["umount", mountPoint.path])
        isMounted = false
        return
      } catch {
        if attempt == 100 { throw error }
        usleep(50_000)
      }
    }
  }

  func cutPower() throws {
    let code = filesystem_shutdown(mountPoint.path)
    guard code == 0 else {
      throw ChildProcess.Failure(
        description: "\(kind.rawValue) cannot be shut down: \(String(cString: strerror(code)))")
    }
  }

  /// Why no power can be cut on this machine; nil where it can.
  static func obstacle(_ kind: Kind) -> String? {
    guard getuid() == 0 else { return "only root may mount and shut down a file system" }
    do {
      let folder = try TemporaryFolder("powercut-probe")
      let disk = try LoopDisk(kind, in: folder.url)
      try disk.cutPower()
      try disk.unmount()
      return nil
    } catch {
      return "\(error)"
    }
  }

  @discardableResult
  private static func run(_ command: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ChildProcess.Failure(
        description: "\(command.joined(separator: " ")): \(String(decoding: said, as: UTF8.self))")
    }
    return String(decoding: said, as: UTF8.self)
  }
}
