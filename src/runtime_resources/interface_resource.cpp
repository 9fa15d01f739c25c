#include "runtime_resources/interface_resource.hpp"

namespace k8s_node {

namespace {

constexpr std::string_view found_interface = "interface ";

/// Returns the node's interfaces that exist; those that were there before it are not among them.
std::vector<teardown::Interface> our_interfaces(const Removal& removal) {
    const auto& ledger = removal.scope.ledger;
    std::set<std::string> theirs;
    for (const auto& found : ledger.found) {
        if (found.starts_with(found_interface)) {
            theirs.insert(found.substr(found_interface.size()));
        }
    }
    return teardown::interfaces_to_remove(removal.host.interfaces(), ledger.cleanup.interfaces,
                                          theirs);
}

class InterfaceKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "interface"; }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        std::vector<Leftover> out;
        for (auto& one : our_interfaces(removal)) {
            out.push_back({name(), std::move(one.name)});
        }
        return out;
    }

    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage != RemovalStage::remove_interfaces) {
            return;
        }
        for (const auto& interface : our_interfaces(removal)) {
            removal.host.remove_interface(interface);
        }
    }
};

} // namespace

const ResourceKind& interface_kind() {
    static const InterfaceKind kind;
    return kind;
}

} // namespace k8s_node
