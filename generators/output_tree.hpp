// The output of the generator: files and symbolic links, as values.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace k8s_node::generator {

struct File {
    std::string content;
    bool operator==(const File&) const = default;
};

struct Symlink {
    std::string target;
    bool operator==(const Symlink&) const = default;
};

/// Entries in the order in which they are written to disk: what makes the others take effect comes
/// last.
class OutputTree {
public:
    struct Entry {
        std::string directory; ///< "etcd.service.d", or empty for the top
        std::string name;      ///< "10-k8s-node.conf"
        std::variant<File, Symlink> content;
        bool operator==(const Entry&) const = default;
        [[nodiscard]] std::string path() const {
            return directory.empty() ? name : directory + '/' + name;
        }
    };

    /// Adds "name" or "directory/name". Throws Error for any other path and for one that exists
    /// already.
    void add(const std::string& path, std::variant<File, Symlink> content);

    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }

private:
    std::vector<Entry> entries_;
};

} // namespace k8s_node::generator
