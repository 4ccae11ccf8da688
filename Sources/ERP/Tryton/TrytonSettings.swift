/// How a Tryton is reached, and how its words are those of the line.
public struct TrytonSettings: Hashable, Sendable {
  /// "https://erp.example:8000", without a slash at the end; `http` or `https`.
  public var baseURL: String
  public var database: String
  public var user: String
  /// File that holds the password as its only line, closed to other accounts. Read at every log-in.
  public var passwordFile: String
  /// Code of the language in which Tryton is to answer and to name things, "en", "zh_CN"; nil: the user's own.
  public var language: String?
  /// How the server and we prove who we are; nil: the authorities of the machine, and no certificate of ours.
  public var tls: ERPTLSSettings?
  public var connectTimeoutMicroseconds: Int64
  /// For one call from its first to the last byte of the answer.
  public var requestTimeoutMicroseconds: Int64
  /// Largest answer that is read, in bytes. An attachment that is read back is a third larger than itself.
  public var maximumAnswerBytes: Int
  /// How long no log-in is tried after the server answered 429, and in which time few are that it does not accept
  /// (`LogInGuard`), in microseconds. Tryton counts the failed log-ins of the last 300 s (`[session] timeout`) and begins anew with each.
  public var logInPauseMicroseconds: Int64
  /// Names of operations in Tryton and what the line calls them.
  public var operations: [String: String]
  /// Name of the product category whose goods the customer provides; nil: none are.
  public var customerSuppliedCategory: String?
  /// Name or code of the storage location whose goods are blocked; nil: none is.
  public var quarantineLocation: String?
  /// Patterns of the names of warnings that are confirmed; `*` stands for any characters.
  public var acceptedWarnings: [String]

  public init(
    baseURL: String, database: String, user: String, passwordFile: String, language: String? = nil,
    tls: ERPTLSSettings? = nil,
    connectTimeoutMicroseconds: Int64 = 5_000_000, requestTimeoutMicroseconds: Int64 = 60_000_000,
    maximumAnswerBytes: Int = 256_000_000, logInPauseMicroseconds: Int64 = 600_000_000,
    operations: [String: String] = [:], customerSuppliedCategory: String? = nil, quarantineLocation: String? = nil,
    acceptedWarnings: [String] = []
  ) {
    self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    self.database = database
    self.user = user
    self.passwordFile = passwordFile
    self.language = language
    self.tls = tls
    self.connectTimeoutMicroseconds = connectTimeoutMicroseconds
    self.requestTimeoutMicroseconds = requestTimeoutMicroseconds
    self.maximumAnswerBytes = maximumAnswerBytes
    self.logInPauseMicroseconds = logInPauseMicroseconds
    self.operations = operations
    self.customerSuppliedCategory = customerSuppliedCategory
    self.quarantineLocation = quarantineLocation
    self.acceptedWarnings = acceptedWarnings
  }
}
