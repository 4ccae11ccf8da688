import Devices
import ERP
import Foundation
import Shopfloor

extension ERPReader {
  /// Most patterns of warnings and names of operations.
  private static let maximumEntries = 200

  func readTryton(_ tryton: DocumentNode) -> TrytonSettings? {
    tryton.allowKeys([
      "url", "database", "user", "password_file", "language", "tls", "operations", "customer_supplied_category",
      "quarantine_location", "accept_warnings", "timeout_seconds",
    ])
    let url = address(tryton)
    let database = text(tryton, "database", "Write the name of Tryton's database: database: factory")
    let user = text(tryton, "user", "Write the name that the line logs in with: user: lotwire")
    let password = tryton.required("password_file", "Write the file that holds the password")?.string("Write a path")
    if let user, user.contains(":") {
      tryton["user"]?.fault("Tryton cannot log in a name with a colon", "Give the user another name in Tryton")
    }
    guard let url, let database, let user, let password else { return nil }
    var settings = TrytonSettings(
      baseURL: url, database: database, user: user, passwordFile: path(password),
      language: tryton["language"]?.string("Write a language of Tryton: en, zh_CN"),
      tls: tryton["tls"].map(readTLS),
      operations: operations(tryton), customerSuppliedCategory: words(tryton, "customer_supplied_category"),
      quarantineLocation: words(tryton, "quarantine_location"), acceptedWarnings: warnings(tryton))
    if let timeout = tryton["timeout_seconds"]?.seconds(in: 1...600, "Write seconds, such as 60") {
      settings.requestTimeoutMicroseconds = timeout
    }
    if let node = tryton["tls"], !url.hasPrefix("https:") {
      node.fault("certificates need an https address", "Write url: https://… or take tls: out")
    }
    return settings
  }

  private func address(_ tryton: DocumentNode) -> String? {
    let remedy = "Write url: https://erp.example:8000"
    guard let url = tryton.required("url", remedy)?.string(remedy) else { return nil }
    guard let parsed = URL(string: url), ["http", "https"].contains(parsed.scheme ?? ""), parsed.host != nil,
      parsed.query == nil, parsed.user == nil
    else {
      tryton.fault("\"\(displayable(url))\" is not the http or https address of a server", remedy)
      return nil
    }
    return url
  }

  /// A name that must be there.
  private func text(_ tryton: DocumentNode, _ key: String, _ remedy: String) -> String? {
    guard tryton.required(key, remedy) != nil else { return nil }
    return words(tryton, key)
  }

  private func words(_ node: DocumentNode, _ key: String) -> String? {
    guard let found = node[key], let text = found.string("Write a name") else { return nil }
    if let fault = OutsideTextFault(in: text, maximumBytes: maximumIdentifierBytes) {
      found.fault("\"\(displayable(text))\": \(fault.words.english)", "Write the name as Tryton shows it")
      return nil
    }
    return text
  }

  private func operations(_ tryton: DocumentNode) -> [String: String] {
    guard let node = tryton["operations"] else { return [:] }
    let remedy = "Write operations: {Sealing: seal}: Tryton's name and ours"
    let keys = node.keys
    guard !keys.isEmpty, keys.count <= Self.maximumEntries else {
      node.fault("operations are a table of 1 to \(Self.maximumEntries) names", remedy)
      return [:]
    }
    var operations: [String: String] = [:]
    var takenBy: [String: String] = [:]
    for key in keys.sorted() {
      guard let name = node[key]?.name(OperationKind.self, remedy)?.text else { continue }
      if let other = takenBy.updateValue(key, forKey: name) {
        node.fault("\"\(displayable(other))\" and \"\(displayable(key))\" are both called \(name)", remedy)
      }
      operations[key] = name
    }
    return operations
  }

  /// `*` stands for any characters. A star alone would answer every question yes.
  private func warnings(_ tryton: DocumentNode) -> [String] {
    guard let node = tryton["accept_warnings"] else { return [] }
    let remedy =
      "Write a list of texts or names of Tryton's warnings, * for what changes in them, such as [\"*have no origin*\"]"
    let elements = node.elements(remedy)
    guard elements.count <= Self.maximumEntries else {
      node.fault("these are more than \(Self.maximumEntries) patterns", remedy)
      return []
    }
    return elements.compactMap { element in
      guard let pattern = element.string(remedy) else { return nil }
      guard pattern.contains(where: { $0 != "*" && !$0.isWhitespace }), pattern.utf8.count <= maximumIdentifierBytes
      else {
        element.fault("\"\(displayable(pattern))\" would confirm every warning, or none", remedy)
        return nil
      }
      return pattern
    }
  }
}
