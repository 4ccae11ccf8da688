public import Foundation

/// An independent look into Tryton: its JSON-RPC over one plain HTTP request each, logged in when it first asks.
public final class TrytonClient {
  public typealias Row = [String: Any]

  /// What Tryton answered instead of a result.
  public struct Refused: Error, CustomStringConvertible {
    public var method: String
    public var status: Int
    public var body: String
    public var description: String { "\(method): HTTP \(status) \(body.prefix(600))" }
  }

  private let port: Int
  private let user: TrytonServer.User?
  private var session: String?
  private var preferences: [String: Any] = [:]

  /// - Parameter user: nil: asks without a log-in.
  public init(port: Int, user: TrytonServer.User? = TrytonServer.administrator) {
    self.port = port
    self.user = user
  }

  /// Calls `model.<method>` with the parameters and, as the last one, the user's context and these entries.
  @discardableResult
  public func model(_ method: String, _ parameters: [Any], context: [String: Any] = [:]) throws -> Any {
    try logIn()
    return try call("model.\(method)", parameters + [preferences.merging(context) { _, new in new }])
  }

  public func search(
    _ model: String, _ domain: [Any] = [], fields: [String], order: [[String]] = [["id", "ASC"]],
    context: [String: Any] = [:]
  ) throws -> [Row] {
    try self.model("\(model).search_read", [domain, 0, 100_000, order, fields], context: context) as? [Row] ?? []
  }

  public func count(_ model: String, _ domain: [Any]) throws -> Int {
    try self.model("\(model).search_count", [domain]) as? Int ?? -1
  }

  public func write(_ model: String, id: Int, _ values: [String: Any]) throws {
    try self.model("\(model).write", [[id], values])
  }

  public func create(_ model: String, _ values: [String: Any]) throws -> Int {
    (try self.model("\(model).create", [[values]]) as? [Int])?.first ?? -1
  }

  // MARK: Values

  public static func decimal(_ text: String) -> [String: Any] { ["__class__": "Decimal", "decimal": text] }

  public static func date(_ year: Int, _ month: Int, _ day: Int) -> [String: Any] {
    ["__class__": "date", "year": year, "month": month, "day": day]
  }

  public static func bytes(_ data: Data) -> [String: Any] {
    ["__class__": "bytes", "base64": data.base64EncodedString()]
  }

  /// The content of an attachment as Tryton gives it back: in lines of 76 characters.
  public static func bytes(of value: Any?) -> Data? {
    ((value as? [String: Any])?["base64"] as? String)
      .flatMap { Data(base64Encoded: $0.filter { !$0.isNewline }) }
  }

  /// A date as ISO 8601, as far as the value is one.
  public static func day(of value: Any?) -> String? {
    guard let date = value as? [String: Any], let year = date["year"] as? Int, let month = date["month"] as? Int,
      let day = date["day"] as? Int
    else { return nil }
    return String(format: "%04d-%02d-%02d", year, month, day)
  }

  // MARK: Calls

  private func logIn() throws {
    guard session == nil, let user else { return }
    let answer = try call("common.db.login", [user.login, ["password": user.password], "en"])
    guard let parts = answer as? [Any], parts.count >= 2, let token = parts[1] as? String else {
      throw Refused(method: "common.db.login", status: 200, body: "\(answer)")
    }
    session = Data("\(user.login):\(parts[0]):\(token)".utf8).base64EncodedString()
    preferences = try call("model.res.user.get_preferences", [true, [:] as [String: Any]]) as? [String: Any] ?? [:]
  }

  @discardableResult
  public func call(_ method: String, _ parameters: [Any]) throws -> Any {
    let body = try JSONSerialization.data(withJSONObject: ["id": 1, "method": method, "params": parameters])
    let path = method == "common.server.version" ? "/rpc/" : "/\(TrytonServer.database)/rpc/"
    var head = "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n"
    if let session { head += "Authorization: Session \(session)\r\n" }
    head += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
    let (status, answer) = try LoopbackHTTP.exchange(Data(head.utf8) + body, port: port)
    let document = try? JSONSerialization.jsonObject(with: answer) as? [String: Any]  // an error page is refused below
    guard status == 200, let document, document["error"] == nil else {
      throw Refused(method: method, status: status, body: String(decoding: answer, as: UTF8.self))
    }
    return document["result"] ?? NSNull()
  }
}

/// One HTTP request on a connection of its own.
enum LoopbackHTTP {
  static let answerSeconds = 120
  static let maximumBytes = 256 << 20

  static func exchange(_ request: Data, port: Int) throws -> (status: Int, body: Data) {
    let descriptor = connectedToLoopback(port: port)
    guard descriptor >= 0 else { throw ChildProcess.Failure(description: "nobody answers on port \(port)") }
    defer { close(descriptor) }
    HTTPWire.limitWaiting(descriptor, seconds: answerSeconds)
    guard HTTPWire.send(descriptor, request),
      let answer = HTTPWire.read(descriptor, maximumBytes, untilEnd: true)
    else { throw ChildProcess.Failure(description: "port \(port) gave no answer: errno \(errno)") }
    return (answer.status ?? 0, answer.body)
  }
}
