/// A key that names a thing: an item, a package, a place.
public struct LabelKey: Hashable, Sendable {
  /// What the key names, and by whose rules. The raw values are stable names.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// AI 01, or a bare EAN or UPC: the item itself, 14 digits.
    case gtin
    /// AI 02: the items contained in a logistic unit, 14 digits.
    case contentGTIN = "content_gtin"
    /// AI 03: the made-to-order item, 14 digits.
    case madeToOrderGTIN = "mto_gtin"
    /// AI 00: a logistic unit, 18 digits.
    case sscc
    /// AI 8006: a piece of an item, GTIN, piece and total, 18 digits.
    case itip
    /// AI 8026: the pieces contained in a logistic unit.
    case contentITIP = "content_itip"
    /// AI 8003: a returnable asset, with its serial where one stands.
    case grai
    /// AI 8004: an individual asset.
    case giai
    /// AI 414: a physical place.
    case gln
    /// A place with extension: the GLN, a dot and the extension (AI 414 with 254, EPC SGLN).
    case sgln
    /// AI 417: a party.
    case partyGLN = "party_gln"
    /// AI 8018: a service relation, its recipient.
    case gsrn
    /// AI 8017: a service relation, its provider.
    case gsrnProvider = "gsrn_provider"
    /// AI 253: a document type, with its serial where one stands.
    case gdti
    /// AI 255: a coupon.
    case gcn
    /// AI 401: a consignment.
    case ginc
    /// AI 402: a shipment.
    case gsin
    /// AI 8010: a component or part.
    case cpi
    /// AI 8013: a product model. Never a device: an EU Basic UDI-DI has this form.
    case gmn
    /// HIBC primary: labeller code, reference and unit of measure digit without separators, as written.
    case hibcItem = "hibc_item"
    /// HIBC labeller identification code, four characters.
    case hibcLabeller = "hibc_labeller"
    /// Data identifier P: the customer's item number.
    case customerItem = "customer_item"
    /// Data identifier 1P: the supplier's item number.
    case supplierItem = "supplier_item"
    /// Data identifier 30P and its kin: another item number, by its data identifier in `LabelReading.other`.
    case otherItem = "other_item"
    /// Data identifier V: the supplier.
    case supplier
    /// Data identifier K: the customer's purchase order.
    case purchaseOrder = "purchase_order"
    /// Data identifier J and its kin: a transport unit (ISO/IEC 15459).
    case licensePlate = "license_plate"
    /// The URI of an EPC: the pure identity URI, "urn:epc:id:sgtin:…", or for the schemes of Tag Data Standard 2 ("+"),
    /// which have none, the canonical GS1 Digital Link URI, "https://id.gs1.org/01/…/21/…".
    case epcURI = "epc_uri"
    /// The tag URI of an EPC with its filter value, "urn:epc:tag:sgtin-96:…"; none for the "+" schemes.
    case epcTagURI = "epc_tag_uri"
  }

  /// What it names.
  public var kind: Kind
  /// Exactly as written, unless the kind says otherwise.
  public var value: String

  /// A key of a kind.
  public init(_ kind: Kind, _ value: String) {
    self.kind = kind
    self.value = value
  }
}

/// One element of a label: its identifier (application identifier, data identifier, name of a URI parameter or of a field
/// of a fixed layout) and its value as written.
public struct LabelElement: Hashable, Sendable {
  /// The identifier, without brackets.
  public var identifier: String
  /// The value as written; in a URI behind its percent escapes.
  public var value: String

  /// An element of an identifier and a value.
  public init(identifier: String, value: String) {
    self.identifier = identifier
    self.value = value
  }
}
