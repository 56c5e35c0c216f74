"""One TCP port led into another network namespace, through a socket file that both can see."""

import asyncio
import sys


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def main(side: str, door: str, port: int) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if side == "in":
                far, back = await asyncio.open_unix_connection(door)
            else:
                far, back = await asyncio.open_connection("127.0.0.1", port)
        except OSError:  # the site is away: so is this port
            writer.close()
            return
        await asyncio.gather(copy(reader, back), copy(far, writer))

    if side == "in":
        server = await asyncio.start_server(serve, "127.0.0.1", port)
    else:
        server = await asyncio.start_unix_server(serve, door)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
