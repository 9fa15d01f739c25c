// What a change of the release came to, for people and for programs.
#pragma once

#include <string>

#include "node/verbs.hpp"

namespace k8s_node::cli {

/// Several lines: what is done, how long each part took, how long the API
/// server was away, and where the snapshot is. "Done: …" for a change without
/// another release, "Nothing to do: …" for none.
[[nodiscard]] std::string report_text(const InstallResult& result);

/// "The API server did not answer for 3.2 s."
[[nodiscard]] std::string outage_text(const Outage& outage);

/// {"subject","changed","release":{…}} and, for another change that restarts
/// the API server, "apiServerOutage".
[[nodiscard]] std::string report_json(const InstallResult& result);

} // namespace k8s_node::cli
