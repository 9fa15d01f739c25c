#include "generators/store_check.hpp"

#include <algorithm>

#include "support/text.hpp"

namespace k8s_node::generator {

namespace {

constexpr std::size_t named_at_most = 3;

} // namespace

Error missing_entries(std::vector<std::string> entries) {
    const auto count = entries.size();
    entries.resize(std::min(count, named_at_most));
    auto names = join(entries, ", ");
    if (count > named_at_most) {
        names += " and " + std::to_string(count - named_at_most) + " more";
    }
    return Error(names + (count == 1 ? " is" : " are") + " missing from the store")
        .try_this("run 'k8s-node-install install' to fetch what is missing");
}

std::string store_of(const std::string& entry) {
    const auto slash = entry.rfind('/');
    if (!entry.starts_with('/') || slash == 0) {
        throw Error("'" + entry + "' is not an entry of a store");
    }
    return entry.substr(0, slash);
}

StoreCheck check_store(const InputTree& machine, const std::vector<std::string>& entries) {
    StoreCheck check;
    for (const auto& entry : entries) {
        if (!machine.has_directory(entry)) {
            (machine.has_directory(store_of(entry)) ? check.gone : check.unseen).push_back(entry);
        }
    }
    return check;
}

} // namespace k8s_node::generator
