// Package pgtest gives tests a real PostgreSQL: [DSN] an empty database of one's own
// on a server that all tests of the process share, [New] a whole server that can be
// stopped, crashed and started again.
//
// A server listens on a unix socket in a folder of its own under the temporary
// folder, with a random password and durable settings (fsync is on: tests are about
// what survives). When the tests run as root it runs as postgres or nobody, since
// PostgreSQL refuses root.
//
// It ends with the process that started it, however that ends. A guardian, a shell
// that reads from a pipe whose other end this process holds, wakes when the kernel
// closes the pipe; it stops the server and removes its folder. What even a killed
// guardian leaves is removed when the next server starts.
//
// With the environment variable MINGZHANG_TEST_POSTGRES, a DSN of a server where
// databases may be made, DSN makes them there.
package pgtest
