public import Foundation

/// A real mosquitto broker on free loopback ports, with persistence in a folder of its own.
public final class MosquittoBroker {
  /// Certificates for a second listener that speaks TLS.
  public struct Security {
    public var authorityFile: URL
    public var certificateFile: URL
    public var keyFile: URL
    public var asksForClientCertificate: Bool

    public init(authorityFile: URL, certificateFile: URL, keyFile: URL, asksForClientCertificate: Bool) {
      self.authorityFile = authorityFile
      self.certificateFile = certificateFile
      self.keyFile = keyFile
      self.asksForClientCertificate = asksForClientCertificate
    }
  }

  /// In the clear.
  public let port: Int
  /// The listener with TLS; nil where there is none.
  public let securePort: Int?
  private let folder: URL
  private var process: ChildProcess?

  /// Starts the broker; `extraLines` are added to its configuration.
  public init(folder: URL, security: Security? = nil, extraLines: [String] = []) throws {
    self.folder = folder
    port = freeLoopbackPort()
    securePort = security == nil ? nil : freeLoopbackPort()
    var configuration = """
      allow_anonymous true
      persistence true
      persistence_location \(folder.path)/
      autosave_interval 1
      max_queued_messages 0
      max_queued_bytes 268435456
      user root
      log_dest stderr
      \(extraLines.joined(separator: "\n"))
      listener \(port) 127.0.0.1

      """
    if let security, let securePort {
      configuration += """
        listener \(securePort) 127.0.0.1
        cafile \(security.authorityFile.path)
        certfile \(security.certificateFile.path)
        keyfile \(security.keyFile.path)
        require_certificate \(security.asksForClientCertificate)

        """
    }
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

  /// Ends the broker with SIGKILL: what it had not yet saved (`autosave_interval`, 1 s) is gone.
  public func killNow() {
    process?.killNow()
    process = nil
  }

  /// Removes what the broker has saved of its sessions; while it is stopped.
  public func forgetSessions() throws {
    let file = folder.appendingPathComponent("mosquitto.db")
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    try FileManager.default.removeItem(at: file)
  }

  public static var executablePath: String {
    ["/usr/sbin/mosquitto", "/usr/bin/mosquitto"].first { FileManager.default.isExecutableFile(atPath: $0) }
      ?? "/usr/sbin/mosquitto"
  }

  deinit { stop() }
}
