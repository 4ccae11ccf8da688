extension LabelFault {
  /// The sentences of ISO/IEC 15434 and its data identifiers.
  var iso15434Words: LabelWords { plainWords }
}
