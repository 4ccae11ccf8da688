import ERP

extension ERPEntry {
  /// The connector that the configuration asks for.
  var connector: any ERPConnector {
    switch way {
    case .http(let settings): HTTPConnector(settings)
    case .files(let settings): FileDropConnector(settings)
    }
  }
}
