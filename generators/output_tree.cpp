#include "generators/output_tree.hpp"

#include <algorithm>
#include <string_view>

#include "support/error.hpp"

namespace k8s_node::generator {

namespace {

bool is_name(std::string_view name) {
    return !name.empty() && name != "." && name != ".." &&
           name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

} // namespace

void OutputTree::add(const std::string& path, std::variant<File, Symlink> content) {
    const auto slash = path.find('/');
    Entry entry{.directory = slash == std::string::npos ? "" : path.substr(0, slash),
                .name = slash == std::string::npos ? path : path.substr(slash + 1),
                .content = std::move(content)};
    if (!is_name(entry.name) || (slash != std::string::npos && !is_name(entry.directory))) {
        throw Error("a generator cannot write to '" + path + "'");
    }
    if (std::ranges::find(entries_, path, &Entry::path) != entries_.end()) {
        throw Error(path + " would be written twice");
    }
    entries_.push_back(std::move(entry));
}

} // namespace k8s_node::generator
