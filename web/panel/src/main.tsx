import { render } from 'preact';
import { App } from './app.tsx';
import { News } from './news.ts';
import './style.css';

const root = document.querySelector('#panel');
if (root) render(<App news={new News('news')} />, root);
