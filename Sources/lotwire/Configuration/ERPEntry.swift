import ERP

/// The ERP of the plant, as `erp:` in the configuration says.
struct ERPEntry: Hashable {
  enum Way: Hashable {
    case http(HTTPConnectorSettings)
    case files(FileDropSettings)
    case tryton(TrytonSettings)
  }

  var way: Way
  /// Time between two questions for work.
  var pollMicroseconds: Int64
  /// Most rows of a backlog in a second; nil: as many as the ERP takes.
  var drainPerSecond: Double?
  /// In this time everything that was delivered is compared once; 0: never.
  var compareEveryHours = 24.0
  /// What was written longer ago is not compared any more, in days.
  var compareDays = 400

  /// As the connector calls itself in reports and notes.
  var connectorName: String {
    switch way {
    case .http: "http"
    case .files: "file-drop"
    case .tryton: "tryton"
    }
  }

  var serviceSettings: ERPServiceSettings {
    ERPServiceSettings(
      pollMicroseconds: pollMicroseconds, drainRowsPerSecond: drainPerSecond,
      compareEveryMicroseconds: compareEveryHours > 0 ? Int64(compareEveryHours * 3_600_000_000) : nil,
      comparedDays: compareDays)
  }

  /// Which ERP holds what was delivered: connector and address, without users, secrets and options.
  var identity: String {
    switch way {
    case .http(let settings): "\(connectorName) \(settings.baseURL)"
    case .files(let settings): "\(connectorName) \(settings.outboundFolder)"
    case .tryton(let settings): "\(connectorName) \(settings.baseURL) \(settings.database)"
    }
  }

  /// For the audited description of the wiring; names no secret.
  var wiringText: String {
    var text = wayText
    if let drainPerSecond { text += "; backlog at most \(drainPerSecond) rows a second" }
    if compareEveryHours != 24 {
      text += compareEveryHours == 0 ? "; never compared" : "; compared every \(compareEveryHours) h"
    }
    return compareDays == 400 ? text : text + "; compared for \(compareDays) days"
  }

  private var wayText: String {
    switch way {
    case .http(let settings):
      "http \(settings.baseURL)" + (settings.signing.map { ", signed as \($0.keyID)" } ?? "")
        + certificates(settings.tls)
    case .files(let settings):
      "files out \(settings.outboundFolder), in \(settings.inboundFolder ?? "none")"
        + (settings.format == .json ? "" : ", \(settings.format.rawValue)")
    case .tryton(let settings): trytonText(settings) + certificates(settings.tls)
    }
  }

  private func certificates(_ tls: ERPTLSSettings?) -> String {
    (tls?.certificateFile.map { ", certificate \($0)" } ?? "")
      + (tls?.authoritiesFile.map { ", believing \($0)" } ?? "")
  }

  /// Everything that decides what the words of the ERP mean and which of its questions are answered yes.
  private func trytonText(_ settings: TrytonSettings) -> String {
    var text = "tryton \(settings.baseURL), database \(settings.database), user \(settings.user)"
    if let language = settings.language { text += ", language \(language)" }
    if !settings.operations.isEmpty {
      let names = settings.operations.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
      text += ", operations \(names.joined(separator: ", "))"
    }
    if let category = settings.customerSuppliedCategory { text += ", customer-supplied \(category)" }
    if let location = settings.quarantineLocation { text += ", quarantine \(location)" }
    if !settings.acceptedWarnings.isEmpty {
      text += ", warnings confirmed: \(settings.acceptedWarnings.joined(separator: ", "))"
    }
    return text
  }
}
