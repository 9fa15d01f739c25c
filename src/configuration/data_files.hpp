// The YAML files of a machine's configuration, and the shipped ones.
#pragma once

#include <filesystem>
#include <string>

#include "configuration/options.hpp"
#include "configuration/trust_policy.hpp"
#include "model/diagnostic.hpp"
#include "model/tree.hpp"

namespace k8s_node {

struct DataFile {
    std::filesystem::path path;
    bool site = false;
};

/// Returns the shipped files of a kind, then the site's. Reports a data directory that does not
/// exist: without its files every name would be unknown.
[[nodiscard]] std::vector<DataFile> data_files(const NodeOptions& options, const std::string& kind,
                                               Diagnostics& diagnostics);

/// Reads and parses a file. Throws Error(verification) if it is a site's and lacks a signature that
/// the policy requires.
[[nodiscard]] Tree parse_data(const DataFile& file, const std::string& layer,
                              const TrustPolicy& policy, Diagnostics& diagnostics);

/// Returns why what is at a path is no file that can be read: "there is no such file", or what the
/// system said; empty if it is one.
[[nodiscard]] std::string trouble_with_file(const std::filesystem::path& path);

/// Says that a file cannot be used: "there is no release file 'x'", or the trouble with it.
[[nodiscard]] std::string lack_of_file(const std::string& what, const std::filesystem::path& path);

/// True for what can be read as a file. Anything else is reported: reading a FIFO would block, and
/// a dangling link is a mistake.
[[nodiscard]] bool is_readable_file(const std::filesystem::path& path, Diagnostics& diagnostics);

/// Returns the files named *.yaml in a directory, which need not exist, sorted by name.
[[nodiscard]] std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& directory,
                                                            Diagnostics& diagnostics);

} // namespace k8s_node
