#include <gmock/gmock.h>

#include "charts/unit_graph_chart.hpp"
#include "support/text.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

UnitEntry unit(const std::string& name, std::vector<std::string> after = {}) {
    UnitEntry entry;
    entry.name = name;
    entry.after = std::move(after);
    return entry;
}

/// kubelet waits for the API server, and so for etcd, which it need not say.
Manifest example() {
    Manifest manifest;
    manifest.units = {unit("kubelet.service", {"api.service", "etcd.service", "network.target"}),
                      unit("api.service", {"etcd.service"}), unit("etcd.service"),
                      unit("containerd.service")};
    manifest.units[3].before = {"kubelet.service"};
    manifest.units[1].required = {"etcd.service"};
    return manifest;
}

TEST(UnitGraph, LeavesOutWhatFollows) {
    const auto graph = unit_graph(example());
    std::vector<std::string> names;
    for (const auto& one : graph.units) {
        names.push_back(std::to_string(one.step) + " " + one.name);
    }
    EXPECT_THAT(names, ElementsAre("1 containerd.service", "1 etcd.service", "2 api.service",
                                   "3 kubelet.service"));
    EXPECT_THAT(graph.units[3].after, ElementsAre(UnitGraph::Edge{"api.service", false},
                                                  UnitGraph::Edge{"containerd.service", false}));
}

TEST(UnitGraph, KeepsRequirements) {
    auto manifest = example();
    manifest.units[0].required = {"etcd.service"};
    const auto graph = unit_graph(manifest);
    EXPECT_THAT(graph.units[3].after, ElementsAre(UnitGraph::Edge{"api.service", false},
                                                  UnitGraph::Edge{"containerd.service", false},
                                                  UnitGraph::Edge{"etcd.service", true}));
}

TEST(UnitGraph, EndsInACycleToo) {
    Manifest manifest;
    manifest.units = {unit("a.service", {"b.service"}), unit("b.service", {"a.service"})};
    const auto graph = unit_graph(manifest);
    EXPECT_EQ(graph.units.size(), 2U);
    EXPECT_LE(graph.units[1].step, 2U);
}

TEST(UnitGraphText, FitsItsWidth) {
    const auto lines = split_lines(unit_graph_text(unit_graph(example()), 45));
    EXPECT_THAT(lines, ElementsAre("STEP  UNIT                AFTER (* requires)",
                                   "1     containerd.service  -", "1     etcd.service        -",
                                   "2     api.service         etcd.service*",
                                   "3     kubelet.service     api.service",
                                   "                          containerd.service"));
}

TEST(UnitGraphSvg, HasABoxForEachUnitAndAnArrowForEachEdge) {
    auto manifest = example();
    manifest.units[2].component = "<b>";
    const auto svg = unit_graph_svg(unit_graph(manifest), "node <1>");
    EXPECT_THAT(svg, StartsWith("<?xml"));
    EXPECT_THAT(svg, EndsWith("</svg>\n"));
    EXPECT_THAT(svg, HasSubstr("node &lt;1&gt;"));
    std::size_t arrows = 0;
    for (auto at = svg.find("marker-end"); at != std::string::npos;
         at = svg.find("marker-end", at + 1)) {
        ++arrows;
    }
    EXPECT_EQ(arrows, 3U);
    for (const auto* name : {">kubelet.service<", ">api.service<", ">etcd.service<"}) {
        EXPECT_THAT(svg, HasSubstr(name));
    }
    EXPECT_THAT(svg, Not(HasSubstr("<b>")));
}

} // namespace
} // namespace k8s_node
