#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explaining/archive_writer.hpp"
#include "support/error.hpp"
#include "support/program.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

TEST(ArchiveWriter, WritesAnArchiveForRootOnly) {
    const test::TemporaryDirectory directory;
    const auto path = (directory.path() / "a.tar.gz").string();
    {
        ArchiveWriter writer(path);
        writer.add("top/one.txt", "content of one\n");
        writer.add("top/empty", "");
        writer.finish();
    }
    EXPECT_EQ(run_successfully({"tar", "-xzOf", path, "top/one.txt"}), "content of one\n");
    EXPECT_EQ(run_successfully({"tar", "-tzf", path}), "top/one.txt\ntop/empty\n");
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_THROW(ArchiveWriter{path}, Error) << "an archive is never replaced";
}

TEST(ArchiveWriter, LeavesNothingHalfWritten) {
    const test::TemporaryDirectory directory;
    const auto path = directory.path() / "a.tar.gz";
    {
        ArchiveWriter writer(path.string());
        writer.add("one.txt", "content");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

} // namespace
} // namespace k8s_node
