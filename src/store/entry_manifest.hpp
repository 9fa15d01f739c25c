// The manifest of a store entry, recorded when it was created.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/artifact.hpp"

namespace k8s_node {

/// A file as it was unpacked.
struct EntryFile {
    std::string path; ///< in the entry: "bin/kubelet"
    std::string from; ///< the archive's member; empty for a plain download
    std::uint64_t size = 0;
    unsigned mode = 0444;
    std::string sha256; ///< hexadecimal
    /// CLOCK_REALTIME in ns; 0 if an older program did not record it.
    std::int64_t modified_ns = 0;
    bool operator==(const EntryFile&) const = default;
};

/// The content of `.entry.json`. It allows to check an entry without its archive.
struct EntryManifest {
    static constexpr const char* file_name = ".entry.json";

    std::string name;
    std::string version;
    std::string url;
    std::string digest;
    std::vector<EntryFile> files; ///< sorted by path
    bool operator==(const EntryManifest&) const = default;

    [[nodiscard]] std::string to_json() const;
    /// nullopt for text that to_json() did not write.
    [[nodiscard]] static std::optional<EntryManifest> parse(std::string_view json);
};

} // namespace k8s_node
