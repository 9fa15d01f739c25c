// Wrong node configurations and what an operator is told, word for word: each
// bad/NN-name.yaml is laid over the shipped profiles, bad/NN-name.err is the
// answer. ACCEPT=1 writes the answers instead, and then the test fails.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "support/text.hpp"
#include "unit/resolve/configuration.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const fs::path& directory, const std::string& extension) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(directory)) {
        if (entry.path().extension() == extension) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string answer_to(const fs::path& wrong) {
    test::Machine machine;
    const fs::path shipped(PROFILES);
    for (const auto& path : files_in(shipped / "components", ".yaml")) {
        machine.component(read_file(path), "components/" + path.filename().string());
    }
    for (const auto& path : files_in(shipped, ".yaml")) {
        machine.profile(read_file(path));
    }
    machine.release(read_file(shipped / "releases" / "1.36.5.yaml"));
    machine.node(read_file(wrong), "node.yaml");
    return machine.complaint() + "\n";
}

class WrongConfiguration : public testing::TestWithParam<fs::path> {};

TEST_P(WrongConfiguration, IsExplained) {
    auto expected = GetParam();
    expected.replace_extension(".err");
    const auto answer = answer_to(GetParam());
    ASSERT_NE(answer, "\n") << "nothing wrong was found";
    if (std::getenv("ACCEPT") != nullptr) {
        write_file_atomically(expected, answer, {0644, ::geteuid(), ::getegid()});
        FAIL() << "accepted, not compared";
    }
    EXPECT_EQ(answer, read_file(expected));
}

INSTANTIATE_TEST_SUITE_P(Bad, WrongConfiguration, testing::ValuesIn(files_in(BAD, ".yaml")),
                         [](const auto& wrong) {
                             auto name = wrong.param.stem().string();
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

} // namespace
} // namespace k8s_node
