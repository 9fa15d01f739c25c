// The YAML files of a machine's configuration and of what is shipped.
#pragma once

#include <filesystem>

#include "model/diagnostic.hpp"
#include "model/tree.hpp"
#include "node/options.hpp"

namespace k8s_node {

struct DataFile {
    std::filesystem::path path;
    bool site = false;
};

/// Shipped files of a kind, then the site's. Reports a data directory that is
/// none: without its files every name would be unknown.
[[nodiscard]] std::vector<DataFile> data_files(const NodeOptions& options, const std::string& kind,
                                               Diagnostics& diagnostics);

[[nodiscard]] Tree parse_data(const DataFile& file, const std::string& layer,
                              Diagnostics& diagnostics);

/// True for what can be read as a file; anything else is reported: a FIFO would
/// be waited for, and a link that leads nowhere is someone's mistake.
[[nodiscard]] bool is_readable_file(const std::filesystem::path& path, Diagnostics& diagnostics);

/// Files named *.yaml in a directory that may not exist, by name.
[[nodiscard]] std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& directory,
                                                            Diagnostics& diagnostics);

} // namespace k8s_node
