import Devices
import ERP

extension ERPReader {
  func readFiles(_ files: DocumentNode) -> FileDropSettings? {
    files.allowKeys(["outbound", "inbound", "format", "waits_for_ack"])
    guard let outbound = files.required("outbound", "Write the folder the ERP imports from")?.string("Write a path")
    else { return nil }
    let format = files["format"]?.choice(FileDropSettings.Format.allCases.map(\.rawValue)) ?? "json"
    return FileDropSettings(
      outboundFolder: path(outbound), inboundFolder: files["inbound"]?.string("Write a path").map(path),
      format: FileDropSettings.Format(rawValue: format) ?? .json,
      awaitsAcknowledgement: files["waits_for_ack"]?.flag("Write true or false") ?? false)
  }
}
