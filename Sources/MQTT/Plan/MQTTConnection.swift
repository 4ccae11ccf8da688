/// How a broker is reached. Plain values, made by the composition from the configuration.
public struct MQTTConnection: Hashable, Sendable {
  public enum Version: String, Hashable, Sendable, CaseIterable {
    case version311 = "3.1.1"
    case version5 = "5"
  }

  /// TLS (MQTT calls the port 8883 "secure-mqtt").
  public struct Security: Hashable, Sendable {
    /// Certificates of the authorities that are believed, PEM; nil: those of the system.
    public var authorityFile: String?
    /// Our own certificate and its key, PEM; both or neither.
    public var certificateFile: String?
    public var keyFile: String?

    public init(authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
      self.authorityFile = authorityFile
      self.certificateFile = certificateFile
      self.keyFile = keyFile
    }
  }

  /// A name or a numeric address.
  public var host: String
  public var port: Int
  public var version: Version
  /// Stable for the life of the line: under this id the broker keeps what arrives while we are away.
  public var clientID: String
  public var username: String?
  /// A file whose first line is the password; read at every connection, so that it may be changed while we run.
  public var passwordFile: String?
  /// Nil: in the clear.
  public var security: Security?
  /// Seconds between signs of life; a broker that does not answer one for as long again is given up. A commit must be
  /// done well within 1.5 times of it, or the broker ends the connection (MQTT 3.1.1 section 3.1.2.10): while a commit is
  /// awaited no sign of life may leave, because the acknowledgements stand before it in the queue.
  public var keepAliveSeconds: Int

  /// What the broker keeps for us, "line-1@10.0.0.5:1883".
  public var sessionName: String { "\(clientID)@\(host):\(port)" }

  public static let usualPort = 1883
  public static let usualSecurePort = 8883
  public static let usualKeepAliveSeconds = 60
  /// What libmosquitto takes.
  public static let keepAliveRange = 5...65_535

  public init(
    host: String, port: Int = usualPort, version: Version = .version311, clientID: String, username: String? = nil,
    passwordFile: String? = nil, security: Security? = nil, keepAliveSeconds: Int = usualKeepAliveSeconds
  ) {
    self.host = host
    self.port = port
    self.version = version
    self.clientID = clientID
    self.username = username
    self.passwordFile = passwordFile
    self.security = security
    self.keepAliveSeconds = keepAliveSeconds
  }
}
