#include "runtime_resources/route_resource.hpp"

namespace k8s_node {

namespace {

class RouteKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "route"; }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        std::vector<Leftover> out;
        for (const auto& route : routes_of(removal)) {
            out.push_back({name(), route.text()});
        }
        return out;
    }

    /// Those of the node's interfaces go with these; what is left belongs to the machine's own.
    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage != RemovalStage::remove_interfaces) {
            return;
        }
        for (const auto& route : routes_of(removal)) {
            removal.host.remove_route(route);
        }
    }

private:
    /// Returns the routes that exist; those that were there before the node are not among them.
    static std::vector<teardown::GatewayRoute> routes_of(const Removal& removal) {
        const auto& ledger = removal.scope.ledger;
        auto routes = removal.host.routes(ledger.cleanup.routes);
        std::erase_if(routes, [&](const auto& route) {
            return ledger.found.contains("route " + route.text());
        });
        return routes;
    }
};

} // namespace

const ResourceKind& route_kind() {
    static const RouteKind kind;
    return kind;
}

} // namespace k8s_node
