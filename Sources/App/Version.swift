/// The version of Glimpse, as in `CHANGELOG.md`.
public let glimpseVersion = "0.1.0"
