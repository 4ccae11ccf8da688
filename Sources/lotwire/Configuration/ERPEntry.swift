import ERP

/// The ERP of the plant, as `erp:` in the configuration says.
struct ERPEntry: Hashable {
  enum Way: Hashable {
    case http(HTTPConnectorSettings)
    case files(FileDropSettings)
  }

  var way: Way
  /// Time between two questions for work.
  var pollMicroseconds: Int64

  /// For the audited description of the wiring; names no secret.
  var wiringText: String {
    switch way {
    case .http(let settings): "http \(settings.baseURL)"
    case .files(let settings): "files out \(settings.outboundFolder), in \(settings.inboundFolder ?? "none")"
    }
  }
}
