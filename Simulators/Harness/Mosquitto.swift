public import Foundation

/// A real mosquitto broker on a free loopback port, with persistence in a folder of its own.
public final class MosquittoBroker {
  public let port: Int
  private let folder: URL
  private var process: ChildProcess?

  /// Starts the broker; `extraLines` are added to its configuration.
  public init(folder: URL, extraLines: [String] = []) throws {
    self.folder = folder
    port = freeLoopbackPort()
    let configuration = """
      listener \(port) 127.0.0.1
      allow_anonymous true
      persistence true
      persistence_location \(folder.path)/
      autosave_interval 1
      max_queued_messages 0
      max_queued_bytes 268435456
      user root
      log_dest stderr
      \(extraLines.joined(separator: "\n"))

      """
    try configuration.write(to: folder.appendingPathComponent("mosquitto.conf"), atomically: true, encoding: .utf8)
    try start()
  }

  public func start() throws {
    let started = try ChildProcess(
      name: "mosquitto", path: Self.executablePath,
      arguments: ["-c", folder.appendingPathComponent("mosquitto.conf").path],
      log: folder.appendingPathComponent("mosquitto-\(UUID().uuidString.prefix(8)).log"))
    try started.waitForLine(containing: "running")
    process = started
  }

  /// Ends the broker cleanly; its sessions are in its file.
  public func stop() {
    process?.end()
    process = nil
  }

  public static var executablePath: String {
    ["/usr/sbin/mosquitto", "/usr/bin/mosquitto"].first { FileManager.default.isExecutableFile(atPath: $0) }
      ?? "/usr/sbin/mosquitto"
  }

  deinit { stop() }
}
